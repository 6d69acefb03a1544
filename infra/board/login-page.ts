/** The page that asks for the token. It loads nothing and runs nothing. */
export function renderLoginPage(wasRefused: boolean): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>oact board</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; display: grid; place-content: center; min-height: 90vh; color: #222 }
input { font: inherit; padding: .3em .5em; width: 24em; max-width: 80vw } button { font: inherit; padding: .3em 1em }
.refused { color: #b00020 }
</style></head>
<body>
<h1>oact board</h1>
${wasRefused ? '<p class="refused">That is not the token of this campaign.</p>' : ''}
<form method="post" action="/login">
<p><label for="token">Token</label> (in the campaign's directory: <code>.oact/board.token</code>)</p>
<p><input id="token" name="token" type="password" autocomplete="off" autofocus required> <button>Open</button></p>
</form>
</body>
</html>
`;
}
