# Fails unless PowerShell completes upc under each name that npm installs.
upc completion powershell | Out-String | Invoke-Expression
foreach ($line in 'upc ip tr', 'upc.cmd ip tr', 'upc.ps1 ip tr') {
    $found = (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText
    if ($found -notcontains 'tree') { throw "'$line' is completed with: $found" }
}
