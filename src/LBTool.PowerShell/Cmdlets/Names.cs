using System.Management.Automation;

namespace LBTool.PowerShell.Cmdlets;

/// <summary>Finds things by a name that may be a pattern: a pattern may match nothing, a name must not.</summary>
internal static class Names
{
    /// <summary>Those that match.</summary>
    /// <exception cref="LBChaosException">There is no wildcard, and nothing has that name.</exception>
    public static IReadOnlyList<T> Matching<T>(IEnumerable<T> things, Func<T, string> name, string pattern, Func<string, LBChaosException> notFound)
    {
        var wildcard = WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase);
        var found = things.Where(thing => wildcard.IsMatch(name(thing))).ToArray();
        return found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(pattern) ? throw notFound(pattern) : found;
    }
}
