using System.Collections.Immutable;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.HttpFaults;

/// <summary>
/// The table of HTTP faults: the one source for the keys of a scenario, the JSON Schema, the documentation and help.
/// To add one: a file with its record and row, a row here, and in LBTool.Live what it writes.
/// </summary>
public static class HttpFaultTable
{
    /// <summary>All of them, in the order that help shows them.</summary>
    public static ImmutableArray<HttpFaultRow> All { get; } =
    [
        HttpStatus.Row, HttpDelay.Row, HttpHang.Row, HttpAbort.Row, HttpTruncate.Row, HttpSlowBody.Row, HttpHeaders.Row, HttpHugeHeader.Row,
    ];

    /// <summary>The row named <paramref name="name"/>, or null.</summary>
    public static HttpFaultRow? Find(string name) => All.FirstOrDefault(row => row.Name == name);
}

/// <summary>One HTTP fault that a scenario can name.</summary>
public sealed class HttpFaultRow
{
    internal HttpFaultRow(string name, string description, string example, Shape<HttpFault> shape)
    {
        Example = example;
        Key = Scenarios.Reading.Key.Optional(name, shape, "another answer", description);
    }

    /// <summary>Its key under <c>http</c>.</summary>
    public string Name => Key.Name;

    /// <summary>What it does, in one line.</summary>
    public string Description => Key.Description;

    /// <summary>What its value may be, in words, with units.</summary>
    public string Value => Key.Shape.Words;

    /// <summary>Its key with a value, as in <c>http: { EXAMPLE }</c>.</summary>
    public string Example { get; }

    /// <summary>The key that reads it.</summary>
    internal Key<HttpFault> Key { get; }
}
