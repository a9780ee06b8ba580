export type Shell = 'bash' | 'zsh' | 'fish' | 'powershell';

const bashScript = `# bash completion for upc
_upc() {
  local line kind=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$line"); fi
  done < <(command upc __complete bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
  if [[ $kind == files ]]; then compopt -o default 2>/dev/null; fi
  return 0
}
# The bash of macOS does not support nosort.
complete -o nosort -F _upc upc 2>/dev/null || complete -F _upc upc
`;

const zshScript = `#compdef upc
# zsh completion for upc
_upc() {
  local line kind= described=
  local -a values shown
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind=$line; continue; fi
    values+=("\${line%%$'\\t'*}")
    if [[ $line == *$'\\t'* ]]; then
      described=1
      shown+=("\${line%%$'\\t'*}  -- \${line#*$'\\t'}")
    else
      shown+=("$line")
    fi
  done < <(command upc __complete zsh "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
  if [[ $kind == files ]]; then _files; return; fi
  (( $#values )) || return 1
  if [[ -n $described ]]; then compadd -V upc -l -d shown -a values; else compadd -V upc -a values; fi
}
if [[ $funcstack[1] == _upc ]]; then
  _upc "$@"
elif (( $+functions[compdef] )); then
  compdef _upc upc
fi
`;

const fishScript = `# fish completion for upc
function __upc_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l open (string unescape -- $typed 2>/dev/null)
    or set open (string trim --left --chars "'\\"" -- $typed)
    set -l found (command upc __complete fish $words[2..-1] "$open" 2>/dev/null)
    if test "$found[1]" = files
        __fish_complete_path "$typed"
    else if set -q found[2]
        printf '%s\\n' $found[2..-1]
    end
end
complete -c upc -f -k -a '(__upc_complete)'
`;

const powershellScript = `# PowerShell completion for upc
# npm installs upc.ps1 and upc.cmd.
Register-ArgumentCompleter -Native -CommandName upc, upc.ps1, upc.cmd -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
        if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
    })
    # PowerShell drops empty arguments, so each word gets a colon in front.
    $sent = @($words) + @($wordToComplete.Trim("'", '"')) | ForEach-Object { ":$_" }
    # PowerShell decodes the output of programs by this setting, and upc writes UTF-8.
    $encoding = [Console]::OutputEncoding
    try { [Console]::OutputEncoding = [System.Text.UTF8Encoding]::new() } catch { }
    $program = $commandAst.GetCommandName()
    try { $found = @(& $program __complete powershell @sent 2>$null) }
    finally { try { [Console]::OutputEncoding = $encoding } catch { } }
    $found | Select-Object -Skip 1 | ForEach-Object {
        $value, $meaning = $_ -split "\`t", 2
        $text = if ($value -match '^[\\w.:=/-]+$') { $value } else { "'" + $value.Replace("'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $(if ($meaning) { $meaning } else { $value }))
    }
}
`;

/** The scripts that enable completion of `upc`, by shell. */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};
