import { userInfo } from 'node:os';

/** Who runs this command, for reasons and audits. A container may know no name for its user. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? ''}`.trim();
  }
}
