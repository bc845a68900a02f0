namespace LBTool.Core.Measurements;

/// <summary>
/// Finds requests by their number, for one who asks for them in about their order: what is looked for is close to what
/// was found last, so nothing but the records themselves is needed.
/// </summary>
internal sealed class RequestPlaces
{
    private readonly RecordList<RequestRecord> _requests;

    // Only for records whose numbers do not follow their times.
    private readonly Dictionary<long, int>? _byNumber;
    private readonly long _first;
    private int _last;

    public RequestPlaces(RecordList<RequestRecord> requests)
    {
        _requests = requests;
        _first = requests.Length == 0 ? 0 : requests[0].Number;
        if (requests.OrderedBy(RecordOrder.Number) != requests)
        {
            _byNumber = [];
            for (var place = 0; place < requests.Length; place++)
            {
                _byNumber[requests[place].Number] = place;
            }
        }
    }

    /// <summary>The place of a request; −1 when there is none of this number.</summary>
    public int Find(long number)
    {
        if (_byNumber is not null)
        {
            return _byNumber.GetValueOrDefault(number, -1);
        }

        // Where no number is missing, as in most runs, it is known where each one is.
        if (number - _first is >= 0 and var guess && guess < _requests.Length && _requests[(int)guess].Number == number)
        {
            return _last = (int)guess;
        }

        var (low, high) = Around(number);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = _requests[middle].Number < number ? (middle + 1, high) : (low, middle);
        }

        _last = Math.Max(0, Math.Min(low, _requests.Length - 1));
        return low < _requests.Length && _requests[low].Number == number ? low : -1;
    }

    // Ever larger steps away from the last place, until the number lies in between.
    private (int Low, int High) Around(long number)
    {
        var (low, high) = (_last, _last);
        for (var step = 1; high < _requests.Length && _requests[high].Number < number; step *= 2)
        {
            (low, high) = (high, (int)Math.Min((long)high + step, _requests.Length));
        }

        for (var step = 1; low > 0 && _requests[low].Number > number; step *= 2)
        {
            (low, high) = (Math.Max(0, low - step), low);
        }

        return (low, high);
    }
}
