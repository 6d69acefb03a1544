/**
 * A program of its own: the bare Node loop that stands beside the consumer. Starts PROGRAM COUNT times, four at
 * a time, and commits one row after each, when a DATABASE is given. Prints the seconds of the loop.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import Database from 'better-sqlite3';

const atOnce = 4;

const [program = '', count = '0', databasePath] = process.argv.slice(2);
const commit = databasePath === undefined ? undefined : openTable(databasePath);
let left = Number(count);

function openTable(path: string): (row: number) => void {
  const db = new Database(path);
  db.pragma('synchronous = full');
  db.exec('create table results (id integer primary key, status text)');
  const insert = db.prepare("insert into results (id, status) values (?, 'completed')");
  return (row) => void insert.run(row);
}

async function runOneByOne(): Promise<void> {
  while (left > 0) {
    const row = left;
    left -= 1;
    const child = spawn(program, [], { stdio: 'ignore' });
    await once(child, 'exit');
    commit?.(row);
  }
}

const startedAtMs = performance.now();
await Promise.all(Array.from({ length: atOnce }, runOneByOne));
console.log((performance.now() - startedAtMs) / 1000);
