using System.Collections.Frozen;
using Spectre.Console;

namespace LBTool.Cli.Rendering;

/// <summary>The colour of each state of a backend: those of HAProxy's statistics page, which people know.</summary>
internal static class StateColors
{
    private static readonly FrozenDictionary<string, Color> All = new Dictionary<string, Color>
    {
        ["up"] = Color.Green,
        ["unknown"] = Color.Grey,
        ["down"] = Color.Red,
        ["ejected"] = Color.Yellow,
        ["draining"] = Color.DodgerBlue1,
        ["drained"] = Color.DodgerBlue1,
        ["disabled"] = Color.DarkGoldenrod,
    }.ToFrozenDictionary();

    /// <summary>The colour of a state; that of the terminal for one that is not in the table.</summary>
    public static Color Of(string state) => All.GetValueOrDefault(state, Color.Default);
}
