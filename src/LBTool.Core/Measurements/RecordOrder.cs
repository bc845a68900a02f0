namespace LBTool.Core.Measurements;

/// <summary>What records are in order by. Each is there once, so that a list remembers by which of them it is in order.</summary>
internal static class RecordOrder
{
    /// <summary>Requests by their number.</summary>
    public static readonly Func<RequestRecord, long> Number = request => request.Number;

    /// <summary>Requests by when they were to be sent.</summary>
    public static readonly Func<RequestRecord, TimeSpan> Intended = request => request.Intended;

    /// <summary>Leases by their start.</summary>
    public static readonly Func<LeaseRecord, TimeSpan> Start = lease => lease.Start;

    /// <summary>Arrivals by their time.</summary>
    public static readonly Func<AttemptRecord, TimeSpan> Arrival = attempt => attempt.At;

    /// <summary>Findings by their time.</summary>
    public static readonly Func<FindingRecord, TimeSpan> Found = finding => finding.At;
}
