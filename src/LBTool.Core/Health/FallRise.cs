namespace LBTool.Core.Health;

/// <summary>
/// Counts probes: so many failures in a row take a backend down, so many passes in a row bring it up again, and the very
/// first probe decides at once. The rule of HAProxy's <c>fall</c> and <c>rise</c>.
/// </summary>
/// <param name="fall">Failures in a row, at least 1.</param>
/// <param name="rise">Passes in a row, at least 1.</param>
public sealed class FallRise(int fall, int rise)
{
    private int _against;

    /// <summary>Whether it is up; null before the first probe.</summary>
    public bool? IsUp { get; private set; }

    /// <summary>How far it is on the way to the other side, e.g. <c>going down 2/3</c>; empty when it is on none.</summary>
    public string Progress => _against == 0 ? "" : IsUp == true ? $"going down {_against}/{fall}" : $"coming up {_against}/{rise}";

    /// <summary>Counts one probe.</summary>
    /// <returns>Whether <see cref="IsUp"/> has changed.</returns>
    public bool Observe(bool passed)
    {
        if (passed == IsUp)
        {
            _against = 0;
            return false;
        }

        _against++;
        if (IsUp is not null && _against < (passed ? rise : fall))
        {
            return false;
        }

        IsUp = passed;
        _against = 0;
        return true;
    }
}
