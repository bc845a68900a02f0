using LBTool.Core.Arrivals;

namespace LBTool.Core.Measurements;

/// <summary>How many keys an event sent to another backend than before.</summary>
internal static class MovedKeys
{
    /// <summary>
    /// Of the keys that were asked for both before and during, those of which at least one request during went to
    /// another backend than the last one before.
    /// </summary>
    /// <param name="before">Requests before, in order of time.</param>
    /// <param name="during">Requests during.</param>
    /// <param name="mix">Knows the key of each.</param>
    public static Proportion Of(RecordSlice<RequestRecord> before, RecordSlice<RequestRecord> during, RequestMix mix)
    {
        var homes = new Dictionary<int, int>();
        foreach (var request in before)
        {
            if (request.Backend >= 0)
            {
                homes[mix.KeyOf(request.Number)] = request.Backend;
            }
        }

        var moved = new Dictionary<int, bool>();
        foreach (var request in during)
        {
            var key = mix.KeyOf(request.Number);
            if (request.Backend >= 0 && homes.TryGetValue(key, out var home))
            {
                moved[key] = moved.GetValueOrDefault(key) || request.Backend != home;
            }
        }

        return new Proportion(moved.Values.Count(yes => yes), moved.Count);
    }
}
