/** One thing that an open page hears. */
export interface Message {
  /** `html`: parts of the page by id; all else is for the page's own script. */
  event: string;
  data: unknown;
}

/** What the pages of one kind are told. One for all that show the same. */
export interface Feed {
  /** Looks again. @returns what those who listen already must hear */
  look(): Promise<Message[]>;
  /** All that one must hear who begins to listen. */
  recall(): Message[];
  /** Nobody listens any more. */
  close(): void;
}

/** Parts of a page that change, as HTML by element id, and what its script draws, by name. */
export interface LiveParts {
  html: Record<string, string>;
  data: Record<string, unknown>;
}

/** Tells only what has changed since the last look. */
export function createPartsFeed(read: () => Promise<LiveParts>): Feed {
  let known = new Map<string, Message>();
  return {
    async look() {
      const { html, data } = await read();
      const now = new Map<string, Message>();
      for (const [id, text] of Object.entries(html))
        now.set(`html ${id}`, { event: 'html', data: { id, text } });
      for (const [name, value] of Object.entries(data)) now.set(`data ${name}`, { event: name, data: value });
      const changed = [...now].filter(([key, message]) => !isSame(known.get(key), message));
      known = now;
      return changed.map(([, message]) => message);
    },
    recall: () => [...known.values()],
    close: () => undefined,
  };
}

function isSame(left: Message | undefined, right: Message): boolean {
  return left !== undefined && JSON.stringify(left.data) === JSON.stringify(right.data);
}

/** Several feeds as one. */
export function joinFeeds(feeds: readonly Feed[]): Feed {
  return {
    look: async () => {
      const messages = [];
      for (const feed of feeds) messages.push(...(await feed.look()));
      return messages;
    },
    recall: () => feeds.flatMap((feed) => feed.recall()),
    close: () => {
      for (const feed of feeds) feed.close();
    },
  };
}
