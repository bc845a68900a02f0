namespace LBTool.Simulation.Requests;

/// <summary>
/// All requests under way, in places that are used again: in steady state a request allocates nothing. A reference into
/// the table is good until the next <see cref="Open"/>.
/// </summary>
internal sealed class RequestTable
{
    /// <summary>Of a request that is at no member.</summary>
    public const int NoMember = -1;

    private const int None = -1;
    private SimulatedRequest[] _requests = new SimulatedRequest[256];
    private int _used;
    private int _free = None;

    /// <summary>How many are under way, without probes.</summary>
    public int Count { get; private set; }

    /// <summary>One past the highest place ever used.</summary>
    public int Places => _used;

    /// <summary>The request in a place.</summary>
    public ref SimulatedRequest this[int place] => ref _requests[place];

    /// <summary>Takes a place for a request.</summary>
    public int Open(long number, long intended, long sent, int user)
    {
        Count++;
        return Take(number, intended, sent, user);
    }

    /// <summary>Takes a place for a probe of a member.</summary>
    /// <param name="number">Below 0, no two alike.</param>
    /// <param name="sent">Now.</param>
    /// <param name="member">Whom it asks.</param>
    public int OpenProbe(long number, long sent, int member)
    {
        var place = Take(number, sent, sent, user: -1);
        _requests[place].Member = member;
        return place;
    }

    /// <summary>Gives a place back; what was scheduled for its request means nothing any more.</summary>
    public void Close(int place)
    {
        Count--;
        Free(place);
    }

    /// <summary>The same for a probe.</summary>
    public void CloseProbe(int place) => Free(place);

    /// <summary>Whether a place still holds the request of this number.</summary>
    public bool IsOpen(int place, long number) => _requests[place].Number == number;

    /// <summary>Places of the requests and probes that meet a condition, in the order of their numbers.</summary>
    public int[] Where(Func<SimulatedRequest, bool> condition) =>
        [.. Enumerable.Range(0, _used)
            .Where(place => _requests[place].Number != 0 && condition(_requests[place]))
            .OrderBy(place => _requests[place].Number)];

    private int Take(long number, long intended, long sent, int user)
    {
        var place = _free;
        if (place != None)
        {
            _free = _requests[place].User;
        }
        else
        {
            place = _used++;
            if (place == _requests.Length)
            {
                Array.Resize(ref _requests, place * 2);
            }
        }

        ref var request = ref _requests[place];
        var stamp = request.Stamp;
        request = default;
        request.Number = number;
        request.Intended = intended;
        request.Sent = sent;
        request.FirstByte = -1;
        request.Stamp = stamp;
        request.User = user;
        request.Member = NoMember;
        return place;
    }

    private void Free(int place)
    {
        ref var request = ref _requests[place];
        request.Number = 0;
        request.Connection = null;
        (request.Waiter, request.Tried) = (null, null);
        request.Stamp++;
        request.User = _free;
        _free = place;
    }
}
