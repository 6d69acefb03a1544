import { expect } from 'vitest';
import type { Board } from '../../board/server/start-board.ts';

/** A browser without a screen. */
export interface Visitor {
  get(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** The Cookie header of a browser that showed the token once. */
  logIn(): Promise<{ Cookie: string }>;
  /** A page as one sees it who is logged in. */
  pageOf(path: string): Promise<string>;
}

export function visitBoard(board: Board, token: string): Visitor {
  const get: Visitor['get'] = (path, init = {}) =>
    fetch(new URL(path, board.url), { redirect: 'manual', ...init });
  const post: Visitor['post'] = (path, form, headers = {}) =>
    get(path, { method: 'POST', body: new URLSearchParams(form), headers });
  const logIn: Visitor['logIn'] = async () => {
    const response = await post('/login', { token });
    expect(response.status).toBe(303);
    return { Cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
  };
  const pageOf: Visitor['pageOf'] = async (path) => (await get(path, { headers: await logIn() })).text();
  return { get, post, logIn, pageOf };
}

/** What the forms of a page bring along. */
export const formKeyOf = (page: string): string => /name="key" value="([^"]+)"/.exec(page)?.[1] ?? 'none';
