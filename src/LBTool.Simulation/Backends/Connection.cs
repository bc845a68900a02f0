using LBTool.Core.Faults;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Requests;
using LBTool.Simulation.Time;

namespace LBTool.Simulation.Backends;

/// <summary>
/// A connection between the balancer and one backend: a chain of toxics each way, driven with as many bytes as the real
/// messages have, within a few.
/// </summary>
internal sealed class Connection(Simulation simulation, Member member, Links links, int number)
{
    private const int Idle = -1;
    private static readonly byte[] Bytes = new byte[32 * 1024];

    private readonly Direction _up = new();
    private readonly Direction _down = new();
    private int _place = Idle;
    private long _headBytes;
    private long _answerBytes;
    private Then _then;
    private bool _closed;

    /// <summary>Its place among all connections.</summary>
    public int Number => number;

    /// <summary>Whether it has ended.</summary>
    public bool IsClosed => _closed;

    /// <summary>Carries a request to the backend.</summary>
    public void Ask(int place)
    {
        _place = place;
        simulation.Requests[place].Connection = this;
        (_up.Waiting, _up.Passed, _down.Passed) = (simulation.Traffic.RequestBytes, 0, 0);
        (_headBytes, _answerBytes, _then) = (0, 0, Then.More);
        Pump(_up);
    }

    /// <summary>Carries a part of the answer back, or all of it.</summary>
    public void Answer(Chunk chunk)
    {
        _headBytes += chunk.Head;
        _answerBytes += chunk.Head + chunk.Body;
        _then = chunk.Then;
        _down.Waiting += chunk.Head + chunk.Body;
        _down.Ends = chunk.Then switch { Then.Close => Ending.Close, Then.Reset => Ending.Reset, _ => null };
        Pump(_down);
    }

    /// <summary>Changes the toxics of a direction.</summary>
    public void Change(StreamDirection stream, Action<ToxicChain, TimeSpan> change)
    {
        var direction = stream == StreamDirection.Upstream ? _up : _down;
        change(direction.Chain, simulation.Queue.Time);
        Pump(direction);
    }

    /// <summary>Something is due to leave; <paramref name="stamp"/> says in which direction.</summary>
    public void Wake(int stamp)
    {
        var direction = stamp == 0 ? _up : _down;
        direction.WakesAt = TimeSpan.MaxValue;
        Pump(direction);
    }

    /// <summary>Closes it; whatever it carries is lost, and nobody is told.</summary>
    public void Drop()
    {
        if (!_closed)
        {
            _closed = true;
            _place = Idle;
            links.Forget(this);
        }
    }

    private void Pump(Direction direction)
    {
        var now = simulation.Queue.Time;
        do
        {
            Offer(direction, now);
            if (!direction.Chain.TryTake(now, out var item))
            {
                break;
            }

            if (item.Ending is { } ending)
            {
                Close(ending);
            }
            else
            {
                direction.Passed += item.Data.Length;
                (direction == _up ? (Action)Asked : Heard)();
            }
        }
        while (!_closed);
        Schedule(direction);
    }

    private static void Offer(Direction direction, TimeSpan now)
    {
        var chain = direction.Chain;
        while (direction.Waiting > 0 && chain.HasRoom)
        {
            var count = (int)Math.Min(direction.Waiting, Bytes.Length);
            direction.Waiting -= count;
            chain.Offer(Bytes.AsMemory(0, count), now);
        }

        if (direction.Ends is { } ending && direction.Waiting == 0)
        {
            direction.Ends = null;
            chain.End(ending, now);
        }
    }

    private void Asked()
    {
        if (_place != Idle && _up.Passed == simulation.Traffic.RequestBytes)
        {
            member.Travel(_place);
        }
    }

    private void Heard()
    {
        if (_place == Idle)
        {
            return;
        }

        member.Hear(_place, ofBody: _down.Passed > _headBytes);
        if (_down.Passed == _answerBytes && _then is Then.Nothing or Then.NoOther)
        {
            var place = _place;
            _place = Idle;
            Release(ref simulation.Requests[place]);
            member.SendBack(place);
        }
    }

    // It has carried the whole of an answer, and is free; but behind a handshake comes what it was made for.
    private void Release(ref SimulatedRequest request)
    {
        if (request.Tls == TlsStep.Handshake)
        {
            return;
        }

        if (_then == Then.NoOther || request.Tls == TlsStep.Secured)
        {
            request.Connection = null;
            Drop();
        }
        else if (!simulation.Traffic.KeepsConnections || request.Probe is not null)
        {
            request.Connection = null;
            links.Keep(this);
        }
    }

    private void Close(Ending ending)
    {
        var place = _place;
        Drop();
        if (place != Idle)
        {
            member.Lose(place, ending);
        }
        else
        {
            simulation.Balancer.EndIdle(this, ending);
        }
    }

    private void Schedule(Direction direction)
    {
        if (!_closed && direction.Chain.Due is var due && due < direction.WakesAt)
        {
            direction.WakesAt = due;
            simulation.Queue.Add(due.Ticks, EventKind.Link, number, direction == _up ? 0 : 1);
        }
    }

    private sealed class Direction
    {
        public ToxicChain Chain { get; } = new();

        /// <summary>Bytes of the message that the chain had no room for yet.</summary>
        public long Waiting { get; set; }

        /// <summary>Bytes of the message that have come out.</summary>
        public long Passed { get; set; }

        /// <summary>How the connection ends behind the message; null when it does not.</summary>
        public Ending? Ends { get; set; }

        public TimeSpan WakesAt { get; set; } = TimeSpan.MaxValue;
    }
}
