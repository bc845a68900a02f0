using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace LBTool.PowerShell.Lbtool;

/// <summary>Turns what <c>lbtool run</c> tells while it runs into progress: its first line is the title, status lines say how far it is.</summary>
internal sealed class RunProgress(string activity)
{
    private static readonly Regex Status = new(@"^\s*(?<now>[\d.]+)s  of (?<length>\S+): (?<what>.*)$", RegexOptions.CultureInvariant);
    private static readonly Regex Happening = new(@"^\s*[\d.]+s  (?<what>.*)$", RegexOptions.CultureInvariant);
    private string _status = "starting";
    private string? _operation;
    private int _percent = -1;
    private int _secondsLeft = -1;

    /// <summary>The record to show, after one more line.</summary>
    public ProgressRecord After(string line)
    {
        if (Status.Match(line) is { Success: true } status)
        {
            var now = double.Parse(status.Groups["now"].Value, CultureInfo.InvariantCulture);
            var length = Duration.Parse(status.Groups["length"].Value).Time.TotalSeconds;
            _percent = (int)Math.Min(100, 100 * now / Math.Max(length, now));
            _secondsLeft = (int)Math.Max(0, length - now);
            _status = status.Groups["what"].Value;
        }
        else if (Happening.Match(line) is { Success: true } happening)
        {
            _operation = happening.Groups["what"].Value;
        }
        else if (line.Trim().Length > 0)
        {
            _status = line.Trim();
        }

        return Record(ProgressRecordType.Processing);
    }

    /// <summary>The record that takes the picture away.</summary>
    public ProgressRecord Done() => Record(ProgressRecordType.Completed);

    private ProgressRecord Record(ProgressRecordType type) => new(1, activity, _status)
    {
        CurrentOperation = _operation,
        PercentComplete = _percent,
        SecondsRemaining = _secondsLeft,
        RecordType = type,
    };
}
