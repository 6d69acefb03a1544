// Loaded ahead of oact by NODE_OPTIONS=--import: calls of one function of node:fs or node:fs/promises with a path that matches are
// never made, and a file says that the process has come to one. All else goes on, until the test kills the process.
// HOLD_CALL: name of the function, pattern of the path. HOLD_REACHED: the file.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [name, pattern] = (process.env.HOLD_CALL ?? '').split(' ');
const isHeld = (args) => {
  if (!args.some((arg) => typeof arg !== 'function' && String(arg).match(pattern))) return false;
  fs.writeFileSync(process.env.HOLD_REACHED, '');
  return true;
};
const promised = fs.promises[name];
fs.promises[name] = async (...args) => (isHeld(args) ? new Promise(() => undefined) : promised(...args));
// The same with a callback, which is never called then. writeFileSync does not come here.
const called = fs[name];
fs[name] = (...args) => (isHeld(args) ? undefined : called(...args));
syncBuiltinESMExports();
