using LBTool.Core.Faults;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;
using LBTool.Simulation.Time;

namespace LBTool.Simulation.Backends;

/// <summary>
/// A connection between the balancer and one backend: a chain of toxics each way, driven with as many bytes as the real
/// messages have, within a few.
/// </summary>
internal sealed class Connection(Simulation simulation, Member member, Links links, int number, int bodyBytes)
{
    // A GET with the headers that driver and balancer add; the head of a 200 from a fake backend.
    private const int RequestBytes = 110;
    private const int HeadBytes = 110;
    private const int Idle = -1;
    private static readonly byte[] Bytes = new byte[32 * 1024];

    private readonly Direction _up = new();
    private readonly Direction _down = new();
    private int _place = Idle;
    private long _answerBytes;
    private bool _closed;

    /// <summary>Its place among all connections.</summary>
    public int Number => number;

    /// <summary>Carries a request to the backend.</summary>
    public void Ask(int place)
    {
        _place = place;
        simulation.Requests[place].Connection = this;
        Put(_up, RequestBytes);
        Pump(_up);
    }

    /// <summary>Carries the answer back; with <paramref name="breakAt"/> only the part before that point, and a reset.</summary>
    public void Answer(AbortPoint? breakAt)
    {
        _answerBytes = HeadBytes + bodyBytes;
        Put(_down, breakAt switch
        {
            null => _answerBytes,
            AbortPoint.BeforeHeaders => 0,
            AbortPoint.AfterHeaders => HeadBytes,
            _ => HeadBytes + (bodyBytes / 2),
        });
        _down.ResetsAtEnd = breakAt is not null;
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

    private static void Put(Direction direction, long bytes)
    {
        direction.Waiting = bytes;
        direction.Passed = 0;
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

        if (direction.ResetsAtEnd && direction.Waiting == 0)
        {
            direction.ResetsAtEnd = false;
            chain.End(Ending.Reset, now);
        }
    }

    private void Asked()
    {
        if (_place != Idle && _up.Passed == RequestBytes)
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

        ref var request = ref simulation.Requests[_place];
        request.Heard = simulation.Queue.Now;
        request.FirstByte = request.FirstByte < 0 ? simulation.Queue.Now : request.FirstByte;
        request.BodySeen = _down.Passed > HeadBytes;
        if (_down.Passed == _answerBytes)
        {
            var place = _place;
            _place = Idle;
            request.Connection = null;
            links.Keep(this);
            member.SendBack(place);
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

        public bool ResetsAtEnd { get; set; }

        public TimeSpan WakesAt { get; set; } = TimeSpan.MaxValue;
    }
}
