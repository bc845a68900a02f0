using System.Text.RegularExpressions;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>
/// Replaces <c>${name}</c> in every value of a document by what <c>--var</c> gives, or else by the default under
/// <c>vars</c>. A variable that is set and not used is as wrong as one that is used and not set: both are typos.
/// </summary>
internal sealed partial class Variables
{
    /// <summary>The key that holds the defaults.</summary>
    public const string Key = "vars";

    private readonly IReadOnlyDictionary<string, string> _given;
    private readonly Dictionary<string, TextNode> _defaults = [];
    private readonly SortedSet<string> _used = new(StringComparer.Ordinal);
    private readonly Problems _problems;

    private Variables(IReadOnlyDictionary<string, string> given, Problems problems) => (_given, _problems) = (given, problems);

    /// <summary>The document with every variable replaced.</summary>
    public static MapNode Replace(MapNode root, IReadOnlyDictionary<string, string> given, Problems problems)
    {
        var variables = new Variables(given, problems);
        variables.ReadDefaults(root.Find(Key));
        var replaced = root with { Entries = [.. root.Entries.Select(entry => entry.Key.Text == Key ? entry : variables.In(entry))] };
        variables.ReportUnused();
        return replaced;
    }

    // Defaults of a wrong type are left to the key's own shape to report.
    private void ReadDefaults(Node? vars)
    {
        foreach (var entry in (vars as MapNode)?.Entries ?? [])
        {
            if (entry.Value is TextNode text)
            {
                _defaults[entry.Key.Text] = text with { Place = entry.Key.Place };
                if (Use().IsMatch(text.Text))
                {
                    _problems.Add(text, "a default cannot refer to another variable");
                }
            }
        }
    }

    private Entry In(Entry entry) => entry with { Value = In(entry.Value) };

    private Node In(Node node) => node switch
    {
        MapNode map => map with { Entries = [.. map.Entries.Select(In)] },
        ListNode list => list with { Items = [.. list.Items.Select(In)] },
        TextNode text when text.Text.Contains("${", StringComparison.Ordinal) => In(text),
        _ => node,
    };

    private TextNode In(TextNode node)
    {
        var broken = false;
        var text = Use().Replace(node.Text, match =>
        {
            var value = ValueOf(match.Groups["name"].Value, node);
            broken |= value is null;
            return value ?? "";
        });
        if (!broken && Use().Replace(node.Text, "").Contains("${", StringComparison.Ordinal))
        {
            _problems.Add(node, "'${' begins a variable; write ${NAME}, a name of letters, digits, _ and -, a letter first");
            broken = true;
        }

        return node with { Text = text, Broken = broken };
    }

    private string? ValueOf(string name, TextNode node)
    {
        _used.Add(name);
        if (_given.TryGetValue(name, out var given))
        {
            return given;
        }

        if (_defaults.TryGetValue(name, out var known))
        {
            return known.Text;
        }

        var closest = Suggestions.Closest(name, _defaults.Keys.Concat(_given.Keys));
        _problems.Add(node, $"the variable '{name}' has no value; "
            + (closest is null ? "" : $"did you mean '{closest}'? Else ")
            + $"give it a default under {Key}, or --var {name}=VALUE");
        return null;
    }

    private void ReportUnused()
    {
        foreach (var (name, node) in _defaults)
        {
            if (!_used.Contains(name))
            {
                _problems.Add(node.Place, $"the variable '{name}' is not used; write ${{{name}}} where its value belongs, or remove it");
            }
        }

        foreach (var name in _given.Keys.Where(name => !_used.Contains(name)).Order(StringComparer.Ordinal))
        {
            var uses = _used.Count == 0 ? "it uses no variables" : "it uses: " + string.Join(", ", _used);
            _problems.AddVariable(name, $"nothing in the scenario uses it; {uses}");
        }
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z][A-Za-z0-9_-]*)\}")]
    private static partial Regex Use();
}
