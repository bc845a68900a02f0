using LBTool.Core.Randomness;

namespace LBTool.Core.Faults;

/// <summary>A place in a link where data waits for what one toxic says. Without a toxic at work everything passes.</summary>
internal sealed class ToxicStage(string name)
{
    // What a waiting chunk costs besides its bytes: a flood of tiny chunks must fill the queue too.
    private const int ChunkCost = 128;

    private readonly Queue<LinkItem> _waiting = new();
    private RandomStream _random = null!;
    private ToxicTally? _tally;
    private double _toxicity;
    private ToxicState? _state;
    private ChunkVerdict? _verdict;
    private long _weight;
    private int _taken;
    private TimeSpan _lastLeft = TimeSpan.MinValue;
    private bool _ended;

    /// <summary>The toxic's name.</summary>
    public string Name => name;

    /// <summary>Whether the stage before may put more here.</summary>
    public bool HasRoom => !_ended && _weight < (_state?.Capacity ?? ToxicState.ShortQueue);

    /// <summary>Whether this stage is as good as not there.</summary>
    public bool IsPassive => _state is null && !_ended && _waiting.Count == 0;

    /// <summary>When something may leave, given that all was asked about that can be.</summary>
    public TimeSpan Due => _ended ? TimeSpan.MaxValue
        : _verdict is { } verdict ? verdict.At
        : _waiting.Count == 0 ? _state?.Deadline ?? TimeSpan.MaxValue
        : TimeSpan.MinValue;

    /// <summary>Draws whether the toxic acts on this link, and begins with it.</summary>
    public void Start(InstalledToxic toxic, TimeSpan now)
    {
        _random = new RandomStream(toxic.Random.NextUInt64());
        _toxicity = toxic.Effect.Toxicity;
        if (_random.NextDouble() < _toxicity)
        {
            Begin(toxic, now, null);
        }
    }

    /// <summary>
    /// Goes on with new attributes. The draw stays unless the toxicity has changed. A chunk whose time was set leaves
    /// now; an end, or what was held, is asked about again.
    /// </summary>
    public void Update(InstalledToxic toxic, TimeSpan now)
    {
        var previous = _state;
        var acts = toxic.Effect.Toxicity == _toxicity ? previous is not null : _random.NextDouble() < toxic.Effect.Toxicity;
        _toxicity = toxic.Effect.Toxicity;
        if (acts)
        {
            Begin(toxic, now, previous);
        }
        else
        {
            _state = null;
        }

        if (_state is null && previous is { ClosesWhenRemoved: true })
        {
            Enter(new LinkItem(default, Ending.Close, now));
        }

        _verdict = _verdict is { Kind: VerdictKind.Forward }
            ? ChunkVerdict.Forward(_waiting.Peek().Data.Length - _taken, now)
            : null;
    }

    /// <summary>Puts an item at the end of the queue, also when there is no room.</summary>
    public void Enter(LinkItem item)
    {
        if (!_ended)
        {
            _waiting.Enqueue(item);
            _weight += item.Data.Length + ChunkCost;
            if (_state is not null)
            {
                _tally!.AddBytes(item.Data.Length);
            }
        }
    }

    /// <summary>Takes out the next item that may leave by now.</summary>
    public bool TryLeave(TimeSpan now, out LinkItem item)
    {
        while (Ask(now) is { } verdict && verdict.At <= now)
        {
            _verdict = null;
            if (verdict.Kind == VerdictKind.Drop)
            {
                Dequeue();
                continue;
            }

            // Time in the link is the time that was due, so that lateness of a timer does not add up over the stages.
            _lastLeft = verdict.At > _lastLeft ? verdict.At : _lastLeft;
            item = verdict.Kind == VerdictKind.End ? TakeEnd(verdict.Ending) : TakeData(verdict.Count);
            return true;
        }

        item = default;
        return false;
    }

    /// <summary>Empties the stage into the next one, at once and in order, because its toxic is taken away.</summary>
    public void MoveAllTo(ToxicStage next, TimeSpan now)
    {
        while (_waiting.Count > 0)
        {
            var rest = _waiting.Peek().Data[_taken..];
            next.Enter(Dequeue() with { Data = rest, At = now });
        }

        if (_state is { ClosesWhenRemoved: true })
        {
            next.Enter(new LinkItem(default, Ending.Close, now));
        }
    }

    private void Begin(InstalledToxic toxic, TimeSpan now, ToxicState? previous)
    {
        if (_state is null)
        {
            toxic.Tally.AddLink();
        }

        _tally = toxic.Tally;
        _state = toxic.Toxic.Start(now, _random, previous);
    }

    private ChunkVerdict? Ask(TimeSpan now)
    {
        if (_ended || _verdict is not null)
        {
            return _ended ? null : _verdict;
        }

        var waits = _waiting.TryPeek(out var head);
        var deadline = _state?.Deadline ?? TimeSpan.MaxValue;
        if (deadline <= now && !(waits && head.At <= deadline))
        {
            _verdict = ChunkVerdict.End(Ending.Close, now);
        }
        else if (waits)
        {
            _verdict = head.Ending is { } ending ? _state?.OnEnd(ending, now) ?? ChunkVerdict.End(ending, head.At)
                : _state?.OnChunk(head.Data.Length - _taken, head.At, now) ?? ChunkVerdict.Forward(head.Data.Length - _taken, head.At);
        }

        return _verdict;
    }

    private LinkItem TakeData(int count)
    {
        var data = _waiting.Peek().Data.Slice(_taken, count);
        _taken += count;
        _weight -= count;
        if (_taken == _waiting.Peek().Data.Length)
        {
            Dequeue();
        }

        return new LinkItem(data, null, _lastLeft);
    }

    private LinkItem TakeEnd(Ending ending)
    {
        if (ending == Ending.Finish)
        {
            Dequeue();
        }
        else
        {
            _ended = true;
            _waiting.Clear();
        }

        return new LinkItem(default, ending, _lastLeft);
    }

    private LinkItem Dequeue()
    {
        var head = _waiting.Dequeue();
        _weight -= head.Data.Length - _taken + ChunkCost;
        _taken = 0;
        return head;
    }
}
