using System.Buffers.Text;

namespace LBTool.Live.Backends;

/// <summary>A line as it comes in, in pieces of any size. It may be of any length; what is echoed of it has a limit.</summary>
internal sealed class EchoLine
{
    /// <summary>Bytes of a line that are echoed, at most.</summary>
    public const int LongestText = 256;

    private readonly byte[] _text = new byte[LongestText];
    private int _length;

    /// <summary>The line without its end.</summary>
    public ReadOnlySpan<byte> Text => _text.AsSpan(0, _length).TrimEnd((byte)'\r');

    /// <summary>The number that it is; 0 when it is something else than a positive one.</summary>
    public long Number =>
        Utf8Parser.TryParse(Text, out long number, out var used) && used == Text.Length && number > 0 ? number : 0;

    /// <summary>Takes bytes up to the end of the line off <paramref name="bytes"/>; false when the line has not ended by then.</summary>
    public bool Take(ref ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.IndexOf((byte)'\n');
        var part = end < 0 ? bytes.Span : bytes.Span[..end];
        var kept = part[..Math.Min(part.Length, LongestText - _length)];
        kept.CopyTo(_text.AsSpan(_length));
        _length += kept.Length;
        bytes = end < 0 ? default : bytes[(end + 1)..];
        return end >= 0;
    }

    /// <summary>Begins a new line.</summary>
    public void Clear() => _length = 0;
}
