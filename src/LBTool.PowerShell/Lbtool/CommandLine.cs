using System.Text;

namespace LBTool.PowerShell.Lbtool;

/// <summary>
/// Joins words into the one text that .NET Framework and .NET take as the arguments of a process, so that it gets exactly
/// these words. The rules are those of the C runtime of Windows, which .NET follows everywhere.
/// </summary>
internal static class CommandLine
{
    /// <summary>Joins the words.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(" ", words.Select(Quote));

    private static string Quote(string word)
    {
        if (word.Length > 0 && !word.Any(letter => char.IsWhiteSpace(letter) || letter == '"'))
        {
            return word;
        }

        var quoted = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var letter in word)
        {
            // Backslashes are letters, except before a quote: there each counts half.
            quoted.Append('\\', letter == '"' ? backslashes + 1 : 0).Append(letter);
            backslashes = letter == '\\' ? backslashes + 1 : 0;
        }

        return quoted.Append('\\', backslashes).Append('"').ToString();
    }
}
