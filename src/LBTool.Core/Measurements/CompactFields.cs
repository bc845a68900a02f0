using System.Runtime.InteropServices;

namespace LBTool.Core.Measurements;

/// <summary>
/// A time of a run in six bytes: exact to the tick of 100 ns, up to 162 days either way; what lies beyond counts as that.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 2)]
internal readonly record struct CompactTime
{
    private const long Most = (1L << 47) - 1;
    private readonly uint _low;
    private readonly short _high;

    public CompactTime(TimeSpan time)
    {
        var ticks = Math.Clamp(time.Ticks, -Most, Most);
        (_low, _high) = ((uint)ticks, (short)(ticks >> 32));
    }

    public TimeSpan Value => new(((long)_high << 32) | _low);
}

/// <summary>
/// A request's number (0 … 2⁴⁰ − 1; another one counts as 0, that is none) and the index of a backend (−1 … 2²⁴ − 2) in
/// eight bytes.
/// </summary>
internal readonly record struct RequestAtBackend
{
    private const int BackendBits = 24;
    private const long MostNumber = (1L << (64 - BackendBits)) - 1;
    private readonly ulong _bits;

    public RequestAtBackend(long number, int backend) =>
        _bits = ((ulong)(number is < 0 or > MostNumber ? 0 : number) << BackendBits) | (uint)(backend + 1);

    public long Number => (long)(_bits >> BackendBits);

    public int Backend => (int)(_bits & ((1 << BackendBits) - 1)) - 1;
}
