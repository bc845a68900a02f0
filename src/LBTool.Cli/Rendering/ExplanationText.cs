using LBTool.Core.Explanations;
using LBTool.Core.Scenarios;

namespace LBTool.Cli.Rendering;

/// <summary>What <c>lbtool explain</c> writes.</summary>
internal static class ExplanationText
{
    /// <summary>Timeline, figures where there are any, warnings.</summary>
    public static void Write(Explanation explanation, TextWriter output)
    {
        output.WriteLine("timeline");
        var width = explanation.Timeline.Max(entry => Durations.Format(entry.At).Length);
        foreach (var entry in explanation.Timeline)
        {
            output.WriteLine($"  {Durations.Format(entry.At).PadLeft(width)}  {entry.Text}");
        }

        if (!explanation.Figures.IsEmpty)
        {
            output.WriteLine("\nhealth checks");
        }

        foreach (var figure in explanation.Figures)
        {
            output.WriteLine($"  {figure.Name}: {figure.Value}");
            output.WriteLine($"    = {figure.Because}");
        }

        output.WriteLine(explanation.Warnings.IsEmpty ? "\nwarnings: none" : "\nwarnings");
        foreach (var warning in explanation.Warnings)
        {
            output.WriteLine($"  {warning.Key}: {warning.Problem}");
            output.WriteLine($"    {warning.Advice}");
        }
    }
}
