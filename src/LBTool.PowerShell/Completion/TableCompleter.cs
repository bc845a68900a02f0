using System.Collections;
using System.Collections.Concurrent;
using LBTool.PowerShell.Lbtool;

namespace LBTool.PowerShell.Completion;

/// <summary>Names from a table of lbtool, which is asked once.</summary>
/// <param name="verb">The verb that writes the table as JSON.</param>
/// <param name="tip">The member to show beside a name.</param>
public abstract class TableCompleter(string verb, string tip) : NameCompleter
{
    private static readonly ConcurrentDictionary<(string File, DateTime Written, string Verb), IReadOnlyList<(string, string)>> Known = new();

    private protected override IReadOnlyList<(string Name, string Tip)> Ask(IDictionary parameters, CancellationToken stop)
    {
        var beside = Path.GetDirectoryName(typeof(TableCompleter).Assembly.Location)!;
        var file = LbtoolLocation.Find(Given(parameters, "LbtoolPath"), beside);
        return Known.GetOrAdd((file, File.GetLastWriteTimeUtc(file), verb), _ =>
            [.. Json.Parse(new LbtoolCommand(file, beside).Run([verb, "--format", "json"], null, stop)).Items
                .SelectMany(row => row["aliases"].Items.Select(alias => alias.Text()!).Prepend(row.Text("name")).Select(name => (name, row.Text(tip))))]);
    }
}
