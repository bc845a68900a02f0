using System.Collections.Immutable;

namespace LBTool.Core.Faults;

/// <summary>
/// The table of toxics: the one source for parsing, help, completion and the JSON Schema.
/// Names, attributes and units are Toxiproxy's. To add one: a file with the toxic, and a row here.
/// </summary>
public static class ToxicTable
{
    /// <summary>All toxics, in the order that help shows them.</summary>
    public static ImmutableArray<ToxicRow> All { get; } =
    [
        new("latency", "each chunk leaves this much later than it came, in order",
        [
            new("latency", ToxicUnit.Milliseconds, "delay of every chunk"),
            new("jitter", ToxicUnit.Milliseconds, "uniform, plus or minus, drawn for each chunk"),
        ], "{ type: latency, latency: 200ms, jitter: 50ms }", attributes => new Latency(attributes)),
        new("bandwidth", "limits each connection to a rate",
        [
            new("rate", ToxicUnit.KilobytesPerSecond, "1 KB is 1000 bytes; 0 lets nothing pass"),
        ], "{ type: bandwidth, rate: 100KB/s }", attributes => new Bandwidth(attributes)),
        new("slow_close", "delays the end of the stream",
        [
            new("delay", ToxicUnit.Milliseconds, "wait between the sender's close and the receiver seeing it"),
        ], "{ type: slow_close, delay: 500ms }", attributes => new SlowClose(attributes)),
        new("timeout", "swallows all data, and closes the connection after a silence",
        [
            new("timeout", ToxicUnit.Milliseconds, "silence after which the connection closes; 0 never closes it"),
        ], "{ type: timeout, timeout: 5s }", attributes => new Timeout(attributes)),
        new("reset_peer", "resets the connection after its first data",
        [
            new("timeout", ToxicUnit.Milliseconds, "wait between the first data and the reset"),
        ], "{ type: reset_peer, timeout: 100ms }", attributes => new ResetPeer(attributes)),
        new("slicer", "cuts data into small pieces with pauses",
        [
            new("average_size", ToxicUnit.Bytes, "size of a piece; 0 cuts nothing"),
            new("size_variation", ToxicUnit.Bytes, "plus or minus, at most the average"),
            new("delay", ToxicUnit.Microseconds, "pause after each piece"),
        ], "{ type: slicer, average_size: 64, size_variation: 16, delay: 10us }", attributes => new Slicer(attributes)),
        new("limit_data", "closes the connection after so many bytes",
        [
            new("bytes", ToxicUnit.Bytes, "bytes that pass before the close"),
        ], "{ type: limit_data, bytes: 10KB }", attributes => new LimitData(attributes)),
        new("packet_loss", "drops whole chunks, which corrupts the stream",
        [
            new("loss_rate", ToxicUnit.Ratio, "probability that a chunk is dropped"),
            new("correlation", ToxicUnit.Ratio, "added to the probability after a drop"),
        ], "{ type: packet_loss, loss_rate: 1%, correlation: 0.5 }", attributes => new PacketLoss(attributes)),
        new("noop", "does nothing", [], "{ type: noop }", _ => new Noop()),
    ];

    /// <summary>The row named <paramref name="type"/> (exact case, as in Toxiproxy), or null.</summary>
    public static ToxicRow? Find(string type) => All.FirstOrDefault(row => row.Name == type);
}

/// <summary>One toxic that a scenario or the API can name.</summary>
/// <param name="Name">Its type, as on the wire.</param>
/// <param name="Description">What it does, in one line.</param>
/// <param name="Attributes">What can be set; every attribute's default is 0.</param>
/// <param name="Example">As a scenario writes it under <c>toxic:</c>.</param>
/// <param name="Create">Makes the toxic from its attributes, whatever they are.</param>
public sealed record ToxicRow(
    string Name, string Description, ImmutableArray<ToxicAttribute> Attributes, string Example, Func<ToxicAttributes, Toxic> Create);

/// <summary>A number that a toxic takes.</summary>
/// <param name="Name">Its name, as on the wire.</param>
/// <param name="Unit">What one of it is.</param>
/// <param name="Description">What it means, in one line.</param>
public sealed record ToxicAttribute(string Name, ToxicUnit Unit, string Description);

/// <summary>What one of a toxic's attribute is on the wire; a scenario may write it with a unit (<c>200ms</c>, <c>100KB/s</c>).</summary>
public enum ToxicUnit
{
    /// <summary>Milliseconds; a scenario writes a duration.</summary>
    Milliseconds,

    /// <summary>Microseconds; a scenario writes a duration.</summary>
    Microseconds,

    /// <summary>1000 bytes a second; a scenario writes <c>100KB/s</c> or <c>1MB/s</c>.</summary>
    KilobytesPerSecond,

    /// <summary>Bytes; a scenario writes a number or <c>10KB</c>.</summary>
    Bytes,

    /// <summary>0 … 1; a scenario writes a number or a percentage.</summary>
    Ratio,
}
