using System.Text.RegularExpressions;
using LBTool.Core.Sessions;
using LBTool.Tests;

namespace LBTool.Live.Tests.Control;

/// <summary>docs/control-api.md lists what the table of endpoints has.</summary>
public partial class DocsTests
{
    private const string Page = "docs/control-api.md";

    [Fact]
    public async Task The_endpoints_are_those_of_the_table()
    {
        await using var rig = await ControlRig.StartAsync();
        var rows = rig.Endpoints.Select(endpoint => $"| `{endpoint.Method} {endpoint.Path}` | {(endpoint.Body == Bodies.None ? "" : endpoint.Body?.Name)} | {endpoint.Summary} |\n");
        var table = $"| method and path | takes | does |\n| --- | --- | --- |\n{string.Concat(rows)}";

        Golden.Check(Page, Table().Replace(Checkout.Read(Page), match => match.Groups["begin"].Value + table + match.Groups["end"].Value));
    }

    [GeneratedRegex("(?<begin><!-- endpoints: .*? -->\n).*?(?<end><!-- /endpoints -->)", RegexOptions.Singleline)]
    private static partial Regex Table();
}
