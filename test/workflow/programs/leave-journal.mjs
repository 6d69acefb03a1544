// Writes pages of an open transaction into the file and says so; killed then, it leaves a hot journal.
// usage: node leave-journal.mjs DATABASE
import Database from 'better-sqlite3';

const db = new Database(process.argv[2]);
// A cache of a few pages has to be emptied into the file before the commit.
db.pragma('cache_size = 5');
db.pragma('cache_spill = 1');
db.exec(`begin immediate; update structures set status = 'failed', error_message = hex(randomblob(100))`);
process.stdout.write('written\n');
process.stdin.resume();
