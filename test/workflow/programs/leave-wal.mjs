// Commits a change in WAL mode and says so; killed then, it leaves the change in the WAL.
// usage: node leave-wal.mjs DATABASE
import Database from 'better-sqlite3';

const db = new Database(process.argv[2]);
db.pragma('journal_mode = wal');
db.pragma('wal_autocheckpoint = 0');
db.exec(`update structures set error_message = 'committed in the WAL' where id = 2`);
process.stdout.write('written\n');
process.stdin.resume();
