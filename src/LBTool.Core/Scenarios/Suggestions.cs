namespace LBTool.Core.Scenarios;

/// <summary>"Did you mean": the known name that a mistyped one most likely stands for.</summary>
public static class Suggestions
{
    private const int LongestTyped = 64;

    /// <summary>
    /// The known name nearest to <paramref name="typed"/>, the first of several; null when none is near. Near is one
    /// slip (a letter wrong, missing, extra, or two swapped) for every three letters, at least one; or that one is how
    /// the other begins.
    /// </summary>
    public static string? Closest(string typed, IEnumerable<string> known)
    {
        if (typed.Length is 0 or > LongestTyped)
        {
            return null;
        }

        var best = known
            .Select(name => (Name: name, Slips: Begins(typed, name) ? 1 : Slips(typed.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(candidate => candidate.Slips <= Math.Max(1, Math.Min(typed.Length, candidate.Name.Length) / 3)
                && candidate.Slips < typed.Length)
            .OrderBy(candidate => candidate.Slips)
            .FirstOrDefault();
        return best.Name;
    }

    private static bool Begins(string a, string b) => Math.Min(a.Length, b.Length) >= 3
        && (a.StartsWith(b, StringComparison.OrdinalIgnoreCase) || b.StartsWith(a, StringComparison.OrdinalIgnoreCase));

    // Damerau and Levenshtein's distance, restricted to swaps of neighbours; only the last three rows are kept.
    private static int Slips(string a, string b)
    {
        int[] beforeLast = [], last = [.. Enumerable.Range(0, b.Length + 1)];
        for (var i = 1; i <= a.Length; i++)
        {
            var row = new int[b.Length + 1];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last) = (last, row);
        }

        return last[b.Length];
    }
}
