using System.Collections.Immutable;
using System.Text.RegularExpressions;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.HttpFaults;

/// <summary>The usual answer with these headers: added, or in place of those of the same name.</summary>
/// <param name="Headers">Names and values.</param>
public sealed partial record HttpHeaders(ImmutableArray<(string Name, string Value)> Headers) : HttpFault
{
    private const string NamePattern = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$";
    private const string ValuePattern = "^[ -~]*$";

    private static readonly Shape<string> Name = new Scalar<string>(
        "a header's name", TryName, () => [Json.Pattern(NamePattern)], WhyNot);

    private static readonly Shape<string> Value = new Scalar<string>(
        "a text of printable ASCII characters, at most 4096", TryValue,
        () => [Json.Pattern(ValuePattern), new() { ["type"] = "number" }]);

    /// <summary>Some headers, as a scenario writes them.</summary>
    internal static Shape<ImmutableArray<(string Name, string Value)>> Written { get; } =
        new MappedShape<ImmutableArray<(Located<string> Name, string Value)>, ImmutableArray<(string Name, string Value)>>(
            new NamedShape<string>("a header's name", Name, NamePattern, Value, atMost: 100),
            headers => [.. headers.Select(header => (header.Name.Value, header.Value))]);

    /// <inheritdoc/>
    public override string Summary => "wrong headers " + string.Join(", ", Headers.Select(header => header.Name));

    internal static HttpFaultRow Row { get; } = new(
        "headers", "the usual answer with these headers: added, or in place of those of the same name",
        "headers: { Content-Type: text/wrong, Connection: close }",
        new MappedShape<ImmutableArray<(string Name, string Value)>, HttpFault>(Written, headers => new HttpHeaders(headers)));

    // Those by which an answer is framed would break it in ways of their own, those by which lbtool measures would
    // make the run's result wrong and not the answer.
    private static string? WhyNot(string name) => name.ToLowerInvariant() switch
    {
        "content-length" or "transfer-encoding" => "it frames the answer; for a body that ends early use truncate or abort",
        var lower when lower.StartsWith("x-lb-", StringComparison.Ordinal) => "headers that begin with x-lb- are lbtool's own",
        _ => null,
    };

    private static bool TryName(string text, out string value) => NameRule().IsMatch(value = text) && WhyNot(text) is null;

    private static bool TryValue(string text, out string value) => ValueRule().IsMatch(value = text) && text.Length <= 4096;

    [GeneratedRegex(NamePattern)]
    private static partial Regex NameRule();

    [GeneratedRegex(ValuePattern)]
    private static partial Regex ValueRule();
}
