using System.Globalization;
using LBTool.Core.Reports;
using LBTool.Live.Control;

namespace LBTool.Cli.Rendering;

/// <summary>Events as lines: the same while a run goes on and after it.</summary>
internal static class EventText
{
    /// <summary>An event of a session as a line; null for one that tells a person nothing.</summary>
    public static string? News(EventAnswer happened) =>
        EventExcerpt.IsNews(happened.Kind, happened.Name, TimeSpan.FromMilliseconds(happened.AtMs)) ? Line(happened.AtMs, happened.Text) : null;

    /// <summary>E.g. <c>   10.00s  slow-b1 begins: latency toxic on b1</c>.</summary>
    public static string Line(double atMs, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"{atMs / 1000,8:0.00}s  {text}");
}
