// Loaded ahead of oact by NODE_OPTIONS=--import: calls of one function of node:fs/promises with a path that matches are
// never made, and a file says that the process has come to one. All else goes on, until the test kills the process.
// HOLD_CALL: name of the function, pattern of the path. HOLD_REACHED: the file.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [name, pattern] = (process.env.HOLD_CALL ?? '').split(' ');
const call = fs.promises[name];
fs.promises[name] = async (...args) => {
  if (!args.some((arg) => String(arg).match(pattern))) return call(...args);
  fs.writeFileSync(process.env.HOLD_REACHED, '');
  return new Promise(() => undefined);
};
syncBuiltinESMExports();
