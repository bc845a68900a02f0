namespace LBTool.Core.Faults;

/// <summary>
/// One direction of one connection as its toxics shape it, without sockets and without a clock: whoever owns it puts in
/// what was read, takes out what is to be written, and comes back at <see cref="Due"/>. A live link and a simulated one
/// drive the same chain. Not safe for threads.
/// </summary>
public sealed class ToxicChain
{
    private readonly List<ToxicStage> _stages = [];
    private readonly ToxicStage _exit = new("");

    /// <summary>Whether more may be put in; when not, the sender must be made to wait.</summary>
    public bool HasRoom => First.HasRoom;

    /// <summary>Whether data could as well bypass the chain: no toxic acts on it and nothing waits in it.</summary>
    public bool IsPassive => _exit.IsPassive && _stages.TrueForAll(stage => stage.IsPassive);

    /// <summary>When the next item may come out by itself; valid after <see cref="TryTake"/> found nothing.</summary>
    public TimeSpan Due
    {
        get
        {
            var due = TimeSpan.MaxValue;
            for (var i = 0; i < _stages.Count; i++)
            {
                due = After(i).HasRoom && _stages[i].Due < due ? _stages[i].Due : due;
            }

            return due;
        }
    }

    private ToxicStage First => _stages.Count > 0 ? _stages[0] : _exit;

    /// <summary>Puts in a chunk, which must not be changed afterwards.</summary>
    public void Offer(ReadOnlyMemory<byte> data, TimeSpan now) => First.Enter(new LinkItem(data, null, now));

    /// <summary>Puts in the end of the stream. After a <see cref="Ending.Finish"/> a <see cref="Ending.Reset"/> may still follow.</summary>
    public void End(Ending ending, TimeSpan now) => First.Enter(new LinkItem(default, ending, now));

    /// <summary>Takes out the next item that is due by <paramref name="now"/>.</summary>
    public bool TryTake(TimeSpan now, out LinkItem item)
    {
        while (MoveOn(now))
        {
        }

        return _exit.TryLeave(now, out item);
    }

    /// <summary>Adds a toxic behind the others. What they still hold passes through it too.</summary>
    public void Add(InstalledToxic toxic, TimeSpan now)
    {
        var stage = new ToxicStage(toxic.Name);
        stage.Start(toxic, now);
        _stages.Add(stage);
    }

    /// <summary>Changes the attributes of the toxic of this name, if it is here.</summary>
    public void Update(InstalledToxic toxic, TimeSpan now) => Find(toxic.Name)?.Update(toxic, now);

    /// <summary>Takes a toxic away, if it is here. What it holds goes on at once, in order; nothing is lost.</summary>
    public void Remove(string name, TimeSpan now)
    {
        if (Find(name) is { } stage)
        {
            stage.MoveAllTo(After(_stages.IndexOf(stage)), now);
            _stages.Remove(stage);
        }
    }

    private ToxicStage? Find(string name) => _stages.Find(stage => stage.Name == name);

    private ToxicStage After(int index) => index + 1 < _stages.Count ? _stages[index + 1] : _exit;

    // One pass from the last stage to the first; true when anything moved.
    private bool MoveOn(TimeSpan now)
    {
        var moved = false;
        for (var i = _stages.Count - 1; i >= 0; i--)
        {
            var next = After(i);
            while (next.HasRoom && _stages[i].TryLeave(now, out var item))
            {
                next.Enter(item);
                moved = true;
            }
        }

        return moved;
    }
}

/// <summary>What travels through a link: data, or the end of the stream behind it.</summary>
/// <param name="Data">The bytes; empty for an end.</param>
/// <param name="Ending">How the stream ends; null for data.</param>
/// <param name="At">When it came to where it is.</param>
public readonly record struct LinkItem(ReadOnlyMemory<byte> Data, Ending? Ending, TimeSpan At);
