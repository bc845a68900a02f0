using System.Text;
using System.Text.RegularExpressions;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>Writes nodes as YAML on one line, so that reading it gives them back: <c>{ type: latency, latency: 200ms }</c>.</summary>
internal static partial class FlowYaml
{
    /// <summary>Writes a node.</summary>
    public static string Write(Node node) => node switch
    {
        MapNode { Entries.Length: 0 } => "{}",
        MapNode map => $"{{ {string.Join(", ", map.Entries.Select(entry => $"{Text(entry.Key)}: {Write(entry.Value)}"))} }}",
        ListNode list => $"[{string.Join(", ", list.Items.Select(Write))}]",
        TextNode { IsNothing: true } => "null",
        _ => Text((TextNode)node),
    };

    // A reader of scenarios takes a text for a number or the other way round where that is meant: only what YAML itself
    // would read differently needs quotes.
    private static string Text(TextNode node) =>
        Plain().IsMatch(node.Text) && !new TextNode(default, "", node.Text).IsNothing ? node.Text : Quoted(node.Text);

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value is '"' or '\\' ? quoted.Append('\\').Append(rune)
                : rune.Value is >= ' ' and <= '~' || Rune.IsLetterOrDigit(rune) ? quoted.Append(rune)
                : quoted.Append($"\\U{rune.Value:x8}");
        }

        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"^[A-Za-z0-9/_][A-Za-z0-9_./%()+*-]*$")]
    private static partial Regex Plain();
}
