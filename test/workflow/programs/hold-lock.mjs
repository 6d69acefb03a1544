// Takes a lock on a database as another program would, says so, and holds it until its stdin ends, or for
// the given milliseconds.
// usage: node hold-lock.mjs DATABASE exclusive|wal [MILLISECONDS]
import Database from 'better-sqlite3';

const [path, mode, milliseconds] = process.argv.slice(2);
const db = new Database(path);
if (mode === 'wal') {
  db.pragma('journal_mode = wal');
  db.exec('begin; select count(*) from structures');
} else {
  db.exec('begin exclusive');
}
process.stdout.write('held\n');
process.stdin.resume();
process.stdin.on('end', () => process.exit());
if (milliseconds !== undefined) setTimeout(() => process.exit(), Number(milliseconds));
