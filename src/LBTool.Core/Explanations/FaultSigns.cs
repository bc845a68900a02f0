using LBTool.Core.Health;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Explanations;

/// <summary>What a fault does to whoever asks its backend, as far as its kind alone tells: to probes, and to requests.</summary>
internal static class FaultSigns
{
    private const int Unavailable = 503;
    private const int ServerError = 500;

    /// <summary>Whether every probe of a backend fails while the fault acts on it.</summary>
    public static bool FailsProbes(ActiveCheck check, FaultEffect effect) => check.Port is null && effect switch
    {
        ActionEffect action => action.Action switch
        {
            BackendAction.Kill or BackendAction.Stop or BackendAction.Down => true,
            BackendAction.Pause => Speaks(check),
            BackendAction.FailHealth => check.Http is { } http && !http.Status.Contain(Unavailable)
                && http.Path.StartsWith(BackendSpec.HealthPath, StringComparison.Ordinal),
            BackendAction.FailApp => check.Http is { } http && !http.Status.Contain(ServerError) && http.Path != BackendSpec.HealthPath,
            _ => false,
        },
        ToxicEffect { Toxicity: 1 } toxic => Speaks(check) && (IsSilence(toxic) || IsReset(toxic) || IsSlower(toxic, check.Timeout)),
        HttpEffect { Percent: 1 } wrong => check.Http is { } http && wrong.Matches(http.Path, http.Method) && wrong.Fault switch
        {
            HttpStatus status => !http.Status.Contain(status.Status),
            HttpDelay delay => delay.Time > check.Timeout,
            HttpHang or HttpAbort => true,
            _ => false,
        },
        _ => false,
    };

    /// <summary>Whether a probe that it fails hangs until its timeout, instead of failing at once.</summary>
    public static bool HangsProbes(FaultEffect effect) => effect switch
    {
        ActionEffect { Action: BackendAction.Pause } => true,
        ToxicEffect toxic => !IsReset(toxic),
        HttpEffect { Fault: HttpHang or HttpDelay } => true,
        _ => false,
    };

    /// <summary>The part of the requests of a backend that it breaks, 0 … 1; of one that only slows them down, 0.</summary>
    public static double LosesOf(FaultEffect effect) => effect switch
    {
        ActionEffect { Action: BackendAction.Kill or BackendAction.Stop or BackendAction.Down or BackendAction.Pause or BackendAction.FailApp } => 1,
        ToxicEffect toxic when IsSilence(toxic) || IsReset(toxic) => toxic.Toxicity,
        HttpEffect { Fault: HttpStatus { Status: >= ServerError } or HttpHang or HttpAbort or HttpTruncate, Path: null, Method: null } wrong => wrong.Percent,
        _ => 0,
    };

    // A plain connect sees nothing of what becomes of the bytes.
    private static bool Speaks(ActiveCheck check) => check.Http is not null || check.Tls;

    private static bool IsSilence(ToxicEffect toxic) => toxic.Type == "timeout";

    private static bool IsReset(ToxicEffect toxic) => toxic.Type == "reset_peer" && Milliseconds(toxic, "timeout") == TimeSpan.Zero;

    private static bool IsSlower(ToxicEffect toxic, TimeSpan than) =>
        toxic.Type == "latency" && Milliseconds(toxic, "latency") - Milliseconds(toxic, "jitter") > than;

    private static TimeSpan Milliseconds(ToxicEffect toxic, string attribute) =>
        TimeSpan.FromMilliseconds(toxic.Attributes.GetValueOrDefault(attribute));
}
