using System.Collections.Immutable;
using LBTool.Core.Faults;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Faults;

/// <summary>A link in virtual time: chunks are put in at set times, and what comes out is written down with its time.</summary>
internal sealed class VirtualLink
{
    private readonly ToxicChain _chain = new();
    private readonly List<(double At, LinkItem Item)> _out = [];
    private byte _next;

    public TimeSpan Now { get; private set; }

    public ToxicChain Chain => _chain;

    /// <summary>Data that has come out: when (ms) and how much.</summary>
    public (double At, int Length)[] Data =>
        [.. _out.Where(item => item.Item.Ending is null).Select(item => (item.At, item.Item.Data.Length))];

    /// <summary>Ends that have come out: when (ms) and which.</summary>
    public (double At, Ending Ending)[] Ends =>
        [.. _out.Where(item => item.Item.Ending is not null).Select(item => (item.At, item.Item.Ending!.Value))];

    /// <summary>All bytes that have come out.</summary>
    public byte[] Bytes => [.. _out.SelectMany(item => item.Item.Data.ToArray())];

    public static InstalledToxic Toxic(
        string type, double toxicity = 1, ulong seed = 1, string? name = null, params (string Name, double Value)[] attributes) =>
        InstalledToxic.Create(
            name ?? type,
            new ToxicEffect(type, StreamDirection.Downstream, toxicity, attributes.ToImmutableSortedDictionary(a => a.Name, a => a.Value)),
            new RandomStream(seed));

    public static VirtualLink With(string type, params (string Name, double Value)[] attributes) =>
        new VirtualLink().Add(Toxic(type, attributes: attributes));

    public VirtualLink Add(InstalledToxic toxic)
    {
        _chain.Add(toxic, Now);
        return this;
    }

    public void Update(string type, params (string Name, double Value)[] attributes)
    {
        _chain.Update(Toxic(type, attributes: attributes), Now);
        RunUntil(Now);
    }

    public void Remove(string name)
    {
        _chain.Remove(name, Now);
        RunUntil(Now);
    }

    /// <summary>Puts in so many bytes at a time in ms; the bytes count up over the whole link.</summary>
    public void Send(double at, int length)
    {
        RunUntil(TimeSpan.FromMilliseconds(at));
        var data = new byte[length];
        for (var i = 0; i < length; i++)
        {
            data[i] = _next++;
        }

        _chain.Offer(data, Now);
        RunUntil(Now);
    }

    public void End(double at, Ending ending = Ending.Finish)
    {
        RunUntil(TimeSpan.FromMilliseconds(at));
        _chain.End(ending, Now);
        RunUntil(Now);
    }

    public void RunUntil(double at) => RunUntil(TimeSpan.FromMilliseconds(at));

    // An event-driven world: goes from due time to due time, and stops at the given one.
    private void RunUntil(TimeSpan until)
    {
        while (true)
        {
            while (_chain.TryTake(Now, out var item))
            {
                _out.Add((Now.TotalMilliseconds, item));
            }

            if (_chain.Due > until)
            {
                break;
            }

            Assert.True(_chain.Due > Now, "the chain is due at a time that has passed, and does nothing");
            Now = _chain.Due;
        }

        Now = until;
    }
}
