/** Variables without which no shell works: they go along when a site's list leaves out all others. */
export const plainVariables = ['HOME', 'LANG', 'PATH', 'SHELL', 'USER'];
