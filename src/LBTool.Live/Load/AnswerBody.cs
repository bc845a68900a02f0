namespace LBTool.Live.Load;

/// <summary>Follows the body of an HTTP/1.1 answer to its end, and keeps none of it.</summary>
internal struct AnswerBody
{
    private Part _part;

    // Bytes left of the body or chunk; while in a size line: the size read so far.
    private long _left;

    private enum Part
    {
        Sized,
        Endless,
        SizeStart,
        Size,
        SizeRest,
        Data,
        DataEnd,
        TrailerStart,
        Trailer,
        Ended,
        Invalid,
    }

    /// <summary>The body was whole.</summary>
    public readonly bool HasEnded => _part == Part.Ended;

    /// <summary>The body is no chunked encoding, although it should be one.</summary>
    public readonly bool IsInvalid => _part == Part.Invalid;

    /// <summary>Only the end of the connection ends the body.</summary>
    public readonly bool EndsWithConnection => _part == Part.Endless;

    /// <summary>A body of so many bytes.</summary>
    public static AnswerBody OfLength(long length) => new() { _part = length == 0 ? Part.Ended : Part.Sized, _left = length };

    /// <summary>A body in chunks.</summary>
    public static AnswerBody Chunked() => new() { _part = Part.SizeStart };

    /// <summary>A body of unknown length.</summary>
    public static AnswerBody ToEndOfConnection() => new() { _part = Part.Endless };

    /// <summary>Takes what belongs to the body from the beginning of <paramref name="bytes"/>; returns how many bytes that are.</summary>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (taken < bytes.Length && _part is not (Part.Ended or Part.Invalid))
        {
            taken += TakePart(bytes[taken..]);
        }

        return taken;
    }

    /// <summary>As <see cref="Take(ReadOnlySpan{byte})"/>, and moves the data, without what is around chunks, to the beginning of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="data">How many bytes of data there were.</param>
    public int Take(Span<byte> bytes, out int data)
    {
        var taken = 0;
        data = 0;
        while (taken < bytes.Length && _part is not (Part.Ended or Part.Invalid))
        {
            var isData = _part is Part.Endless or Part.Sized or Part.Data;
            var size = TakePart(bytes[taken..]);
            if (isData)
            {
                bytes.Slice(taken, size).CopyTo(bytes[data..]);
                data += size;
            }

            taken += size;
        }

        return taken;
    }

    private int TakePart(ReadOnlySpan<byte> bytes) => _part switch
    {
        Part.Endless => bytes.Length,
        Part.Sized or Part.Data => Skip(bytes.Length),
        _ => Step(bytes[0]),
    };

    private int Skip(int available)
    {
        var size = (int)Math.Min(_left, available);
        _left -= size;
        if (_left == 0)
        {
            _part = _part == Part.Sized ? Part.Ended : Part.DataEnd;
        }

        return size;
    }

    // One byte of what is around the data of chunks: size [;extension] CRLF data CRLF … 0 CRLF [trailers] CRLF.
    // A line ends at its LF.
    private int Step(byte next)
    {
        _part = (_part, next) switch
        {
            (Part.SizeStart or Part.Size, _) when char.IsAsciiHexDigit((char)next) => AddDigit(next),
            (Part.Size or Part.SizeRest, (byte)'\n') => _left == 0 ? Part.TrailerStart : Part.Data,
            (Part.Size, (byte)'\r' or (byte)';' or (byte)' ') => Part.SizeRest,
            (Part.SizeRest, _) => Part.SizeRest,
            (Part.DataEnd, (byte)'\r') => Part.DataEnd,
            (Part.DataEnd, (byte)'\n') => Part.SizeStart,
            (Part.TrailerStart, (byte)'\r') => Part.TrailerStart,
            (Part.TrailerStart, (byte)'\n') => Part.Ended,
            (Part.TrailerStart, _) => Part.Trailer,
            (Part.Trailer, (byte)'\n') => Part.TrailerStart,
            (Part.Trailer, _) => Part.Trailer,
            _ => Part.Invalid,
        };
        return 1;
    }

    private Part AddDigit(byte digit)
    {
        _left = (_left * 16) + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        return _left > int.MaxValue ? Part.Invalid : Part.Size;
    }
}
