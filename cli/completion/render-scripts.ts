/** The scripts that a shell reads once. Each asks `oact completion words` what fits, so none of them grows old. */

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * Words come as `word<tab>about`, and at last `:none`, `:files` or `:directories`: what the shell adds itself. The program is called
 * as the user called it, and says nothing when it cannot answer.
 */
const scripts: Readonly<Record<Shell, string>> = {
  bash: `# oact completion for bash. Add to ~/.bashrc:  eval "$(oact completion bash)"
_oact() {
  local line cur=\${COMP_WORDS[COMP_CWORD]}
  local -a words=()
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :none) ;;
      :files) compopt -o default 2>/dev/null; [[ $cur == *=* || $cur == *,* ]] || COMPREPLY+=($(compgen -f -- "\${cur#=}")) ;;
      :directories) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -d -- "\${cur#=}")) ;;
      *)
        line=\${line%%$'\\t'*}
        # Quoted where the shell would read it otherwise.
        [[ $line == *[!A-Za-z0-9_.,:=@%+/-]* ]] && printf -v line %q "$line"
        words+=("$line")
        ;;
    esac
  done < <("\${COMP_WORDS[0]}" completion words --shell bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY+=("\${words[@]}")
}
complete -F _oact oact
`,
  zsh: `#compdef oact
# oact completion for zsh. Add to ~/.zshrc, behind compinit:  eval "$(oact completion zsh)"
_oact() {
  local line
  local -a words_of_oact about
  while IFS= read -r line; do
    case $line in
      :none) ;;
      :files) _files ;;
      :directories) _files -/ ;;
      *) words_of_oact+=("\${line%%$'\\t'*}"); about+=("\${line%%$'\\t'*}  \${line#*$'\\t'}") ;;
    esac
  done < <("\${words[1]}" completion words --shell zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( \${#words_of_oact} )) && compadd -l -d about -a words_of_oact
}
compdef _oact oact
`,
  fish: `# oact completion for fish. Write to ~/.config/fish/completions/oact.fish:  oact completion fish > …
function __oact_complete
  set -l written (commandline -opc)
  set -l now (commandline -ct)
  for line in ($written[1] completion words --shell fish -- $written[2..-1] "$now" 2>/dev/null)
    switch $line
      case :none
      case :files
        __fish_complete_path "$now"
      case :directories
        __fish_complete_directories "$now"
      case '*'
        echo $line
    end
  end
end
complete -c oact -f -a '(__oact_complete)'
`,
};

export function renderScript(shell: Shell): string {
  return scripts[shell];
}

/**
 * The words of a command line as a shell hands them over. bash cuts them at `=`, which are put together again.
 * @returns what stands before the cursor, and the word at it
 */
export function wordsOf(shell: Shell, handed: readonly string[]): { words: string[]; current: string } {
  const words: string[] = [];
  for (const [index, word] of handed.entries()) {
    const last = words.at(-1);
    const isGlued =
      shell === 'bash' &&
      last !== undefined &&
      (word === '=' || (handed[index - 1] === '=' && /^--[^=]+=$/.test(last)));
    if (isGlued) words[words.length - 1] = `${last}${word}`;
    else words.push(word);
  }
  const current = words.pop() ?? '';
  return { words, current };
}
