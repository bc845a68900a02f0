namespace LBTool.Core.Expectations;

/// <summary>A part of a text that still knows where it stands in it, so that every error can point at its place.</summary>
/// <param name="Source">The whole text.</param>
/// <param name="Start">0-based, included.</param>
/// <param name="End">0-based, excluded.</param>
internal readonly record struct Piece(string Source, int Start, int End)
{
    public string Text => Source[Start..End];

    public bool IsEmpty => Start >= End;

    /// <summary>Without white space at its ends.</summary>
    public Piece Trim()
    {
        var (start, end) = (Start, End);
        while (start < end && char.IsWhiteSpace(Source[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(Source[end - 1]))
        {
            end--;
        }

        return new Piece(Source, start, end);
    }

    /// <summary>Its first <paramref name="length"/> characters, and the rest.</summary>
    public (Piece Head, Piece Tail) Cut(int length) => (this with { End = Start + length }, this with { Start = Start + length });

    /// <summary>The longest head whose characters all satisfy <paramref name="belongs"/>, and the rest.</summary>
    public (Piece Head, Piece Tail) CutWhile(Func<char, bool> belongs)
    {
        var length = 0;
        while (Start + length < End && belongs(Source[Start + length]))
        {
            length++;
        }

        return Cut(length);
    }

    /// <summary>What is before and after the first <paramref name="separator"/>; null when there is none.</summary>
    public (Piece Before, Piece After)? SplitAt(string separator)
    {
        var at = Source.IndexOf(separator, Start, End - Start, StringComparison.Ordinal);
        return at < 0 ? null : (this with { End = at }, this with { Start = at + separator.Length });
    }

    /// <summary>What is before and after the first of <paramref name="words"/> that stands alone, and that word.</summary>
    public (Piece Before, Piece Word, Piece After)? SplitAtWord(params ReadOnlySpan<string> words)
    {
        for (var rest = this; !rest.IsEmpty;)
        {
            (_, rest) = rest.CutWhile(char.IsWhiteSpace);
            (var word, rest) = rest.CutWhile(c => !char.IsWhiteSpace(c));
            if (words.Contains(word.Text))
            {
                return (this with { End = word.Start }, word, rest);
            }
        }

        return null;
    }
}

/// <summary>Ends the reading of a text that is wrong; never leaves the parser.</summary>
internal sealed class MisreadException(int position, string message) : Exception(message)
{
    public int Position => position;
}
