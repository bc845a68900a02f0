using LBTool.Core.Health;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Expectations;

/// <summary>Reads what follows <c>during</c> or <c>within</c>.</summary>
internal static class WhenReader
{
    private const string WindowForms = "the name of a fault or phase, <moment> .. <moment>, or state{backend=NAME} == STATE";
    private const string WithinForm = "within <time> of <moment>, or within <time> .. <time> of <moment>";

    public static When Read(Piece keyword, Piece text, string name, Metric metric)
    {
        if (metric.WholeRun)
        {
            throw new MisreadException(keyword.Start, $"'{name}' is known for the whole run only: leave '{keyword.Text} …' out");
        }

        if (text.SplitAtWord("during", "within") is { } second)
        {
            throw new MisreadException(second.Word.Start, $"'{second.Word.Text}' is one too many: an expectation has one 'during' or one 'within'");
        }

        return keyword.Text == "during" ? ReadDuring(text) : ReadWithin(keyword, text, name, metric);
    }

    private static When ReadDuring(Piece text)
    {
        if (text.Text.StartsWith("state", StringComparison.Ordinal) && text.Text.AsSpan()["state".Length..].TrimStart().StartsWith("{"))
        {
            return ReadState(text.Cut("state".Length).Tail.Trim());
        }

        if (text.SplitAt("..") is var (from, until))
        {
            return new DuringMoments(ReadMoment(from.Trim()), ReadMoment(until.Trim()));
        }

        if (text.IsEmpty || Moments.Parse(text.Text) is not null)
        {
            throw new MisreadException(text.Start, text.IsEmpty
                ? $"a window is missing after 'during': {WindowForms}"
                : $"'{text.Text}' is a moment, and 'during' needs a window: {WindowForms}");
        }

        return text.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? new DuringNamed(new Placed<string>(text.Text, text.Start))
            : throw new MisreadException(text.Start, $"'{ExpectationParser.Excerpt(text)}' is no window: {WindowForms}");
    }

    private static DuringState ReadState(Piece text)
    {
        var (backend, rest) = LabelReader.Read(text, HealthMetrics.State);
        (var comparison, rest) = ExpectationParser.ReadComparison(rest.Trim(), HealthMetrics.State);
        var bound = (FixedBound)BoundReader.Read(rest.Trim(), HealthMetrics.State.Name, HealthMetrics.State, backend);
        return new DuringState(backend!, comparison.Sign == "==", (BackendState)bound.Value);
    }

    private static Within ReadWithin(Piece keyword, Piece text, string name, Metric metric)
    {
        if (metric.Trend != Trend.Level)
        {
            throw new MisreadException(keyword.Start,
                $"'within' asks when a value is first reached, and '{name}' has none at an instant: write during <moment> .. <moment>");
        }

        var (times, _, moment) = text.SplitAtWord("of")
            ?? throw new MisreadException(text.Start, $"'of' is missing: write {WithinForm}");
        var (earliest, latest) = times.SplitAt("..") is var (first, second)
            ? (ReadTime(first.Trim()), ReadTime(second.Trim()))
            : (TimeSpan.Zero, ReadTime(times.Trim()));
        return earliest <= latest ? new Within(earliest, latest, ReadMoment(moment.Trim())) : throw new MisreadException(times.Trim().Start,
            $"'{times.Trim().Text}' ends before it begins");
    }

    private static TimeSpan ReadTime(Piece text) =>
        Durations.TryParse(text.Text, out var time) && time >= TimeSpan.Zero ? time : throw new MisreadException(text.Start, text.IsEmpty
            ? $"a time is missing: write {WithinForm}"
            : $"'{ExpectationParser.Excerpt(text)}' is no time: {Durations.Forms}");

    private static Placed<Moment> ReadMoment(Piece text) =>
        Moments.Parse(text.Text) is { } moment ? new Placed<Moment>(moment, text.Start) : throw new MisreadException(text.Start, text.IsEmpty
            ? $"a moment is missing: {Moments.Forms}"
            : $"'{ExpectationParser.Excerpt(text)}' is no moment: {Moments.Forms}");
}
