using System.Globalization;
using System.Text;
using System.Xml;
using LBTool.Core.Expectations;

namespace LBTool.Core.Reports;

/// <summary>
/// Renders <c>TEST-lbtool.xml</c> in Surefire's dialect of JUnit: a test suite per attempt, a test case per
/// expectation. Inconclusive is an <c>error</c>, because CI systems show <c>skipped</c> as good. When the gate passed
/// all the same, what failed in an attempt is a <c>flakyFailure</c>, Surefire's word for it: shown, and not red.
/// </summary>
internal static class JUnitXml
{
    public static string Render(Report report)
    {
        using var bytes = new MemoryStream();
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) };
        using (var xml = XmlWriter.Create(bytes, settings))
        {
            xml.WriteStartElement("testsuites");
            Attribute(xml, "name", "lbtool");
            foreach (var attempt in report.Attempts)
            {
                WriteSuite(xml, report, attempt);
            }

            xml.WriteEndElement();
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void WriteSuite(XmlWriter xml, Report report, AttemptReport attempt)
    {
        var cases = Cases(attempt);
        var tolerated = report.Verdict == Verdict.Passed;
        int Red(Verdict verdict) => tolerated ? 0 : cases.Count(outcome => outcome.Verdict == verdict);
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", report.Repeat == 1 ? report.Scenario : $"{report.Scenario}, attempt {attempt.Number} of {report.Repeat}");
        Attribute(xml, "tests", Text(cases.Count));
        Attribute(xml, "failures", Text(Red(Verdict.Failed)));
        Attribute(xml, "errors", Text(Red(Verdict.Inconclusive)));
        Attribute(xml, "skipped", "0");
        Attribute(xml, "time", Seconds(attempt.LengthMs));
        Attribute(xml, "timestamp", attempt.StartedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));
        WriteProperties(xml, report, attempt);
        foreach (var outcome in cases)
        {
            WriteCase(xml, report, outcome, tolerated);
        }

        xml.WriteEndElement();
    }

    // An attempt that did not pass has a case that says so, even when no expectation does.
    private static List<ExpectationOutcome> Cases(AttemptReport attempt)
    {
        List<ExpectationOutcome> cases = [.. attempt.Expectations];
        if (attempt.Verdict != Verdict.Passed && cases.TrueForAll(outcome => outcome.Verdict != attempt.Verdict))
        {
            cases.Add(new ExpectationOutcome("the run", "", attempt.Verdict, null, "", 0, null, attempt.Reason ?? attempt.EndReason));
        }

        return cases;
    }

    private static void WriteProperties(XmlWriter xml, Report report, AttemptReport attempt)
    {
        xml.WriteStartElement("properties");
        (string Name, string? Value)[] properties =
        [
            ("seed", attempt.Seed.ToString(CultureInfo.InvariantCulture)), ("version", report.Version),
            ("verdict", report.Verdict.ToString()), ("attempt.verdict", attempt.Verdict.ToString()),
            ("end", attempt.EndReason ?? attempt.End.ToString()), ("rerun", report.Rerun),
        ];
        foreach (var (name, value) in properties)
        {
            xml.WriteStartElement("property");
            Attribute(xml, "name", name);
            Attribute(xml, "value", value);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCase(XmlWriter xml, Report report, ExpectationOutcome outcome, bool tolerated)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "name", outcome.Text);
        Attribute(xml, "classname", "lbtool." + report.Scenario.Replace('.', ' '));
        Attribute(xml, "time", "0");
        if (outcome.Verdict != Verdict.Passed)
        {
            var failed = outcome.Verdict == Verdict.Failed;
            xml.WriteStartElement((failed, tolerated) switch
            {
                (true, false) => "failure",
                (true, true) => "flakyFailure",
                (false, false) => "error",
                (false, true) => "flakyError",
            });
            Attribute(xml, "type", failed ? "failed" : "inconclusive");
            Attribute(xml, "message", Message(outcome));
            xml.WriteString(Safe(outcome.Origin));
            xml.WriteEndElement();
        }
        else
        {
            xml.WriteElementString("system-out", Safe(Message(outcome)));
        }

        xml.WriteEndElement();
    }

    private static string Message(ExpectationOutcome outcome) => string.Join(", ", new[]
    {
        outcome.Actual is null ? null : $"it is {outcome.Actual}",
        outcome.Bound.Length == 0 ? null : $"expected {outcome.Bound}",
        outcome.Interval is null ? null : $"95% interval {outcome.Interval}",
        outcome.Samples == 0 ? null : $"{Text(outcome.Samples)} samples",
        outcome.Reason,
    }.OfType<string>());

    private static void Attribute(XmlWriter xml, string name, string? value) => xml.WriteAttributeString(name, Safe(value ?? ""));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(double ms) => (ms / 1000).ToString("0.###", CultureInfo.InvariantCulture);

    // XML 1.0 has no way to write most control characters, nor half a surrogate pair.
    private static string Safe(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            safe.Append(rune.Value is '\t' or '\n' or '\r' or (>= ' ' and not 0xFFFE and not 0xFFFF) ? rune : Rune.ReplacementChar);
        }

        return safe.ToString();
    }
}
