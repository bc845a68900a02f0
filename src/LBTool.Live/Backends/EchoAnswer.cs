using System.Buffers;
using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace LBTool.Live.Backends;

/// <summary>
/// The line with which a backend answers a line: its name, a status as in HTTP, what it was sent, and letters up to the
/// size of its answers: <c>b1 200 17 abcdefg…</c>.
/// </summary>
internal sealed class EchoAnswer
{
    private const byte EndOfLine = (byte)'\n';
    private const int LongestStatus = 16;

    // What goes in one piece: a small answer is one segment.
    private const int Piece = 4096;

    private readonly byte[] _name;
    private readonly byte[] _letters;

    /// <param name="name">The backend's name.</param>
    /// <param name="size">Bytes of a line with its end; it is longer when the rest does not fit.</param>
    public EchoAnswer(string name, int size)
    {
        _name = Encoding.UTF8.GetBytes(name);
        _letters = new byte[Math.Max(size, 1)];
        for (var i = 0; i < _letters.Length - 1; i++)
        {
            _letters[i] = (byte)('a' + (i % 26));
        }

        _letters[^1] = EndOfLine;
    }

    /// <summary>Sends the answer to a line.</summary>
    /// <exception cref="SocketException">The client has gone.</exception>
    public async ValueTask SendAsync(Socket socket, int status, EchoLine line)
    {
        var piece = ArrayPool<byte>.Shared.Rent(Math.Max(Piece, _name.Length + EchoLine.LongestText + LongestStatus));
        try
        {
            var size = Write(piece, status, line.Text);
            await socket.SendAsync(piece.AsMemory(0, size));
            if (size < _letters.Length)
            {
                await socket.SendAsync(_letters.AsMemory(size));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    // The beginning of the answer, or all of it; returns its size.
    private int Write(Span<byte> piece, int status, ReadOnlySpan<byte> text)
    {
        _name.CopyTo(piece);
        var size = _name.Length;
        piece[size++] = (byte)' ';
        Utf8Formatter.TryFormat(status, piece[size..], out var digits);
        size += digits;
        piece[size++] = (byte)' ';
        text.CopyTo(piece[size..]);
        size += text.Length;
        if (size + 1 >= _letters.Length)
        {
            piece[size] = EndOfLine;
            return size + 1;
        }

        piece[size++] = (byte)' ';
        var letters = _letters.AsSpan(size, Math.Min(_letters.Length, piece.Length) - size);
        letters.CopyTo(piece[size..]);
        return size + letters.Length;
    }
}
