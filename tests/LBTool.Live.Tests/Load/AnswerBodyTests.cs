using System.Text;
using LBTool.Live.Load;

namespace LBTool.Live.Tests.Load;

public class AnswerBodyTests
{
    // However the network cuts a body into pieces, it ends at the same byte.
    [Theory]
    [InlineData("0\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("a\r\n0123456789\r\n00B;name=value\r\nhello\r\nwell\r\n0\r\nTrailer: x\r\nMore: y\r\n\r\n")]
    public void A_chunked_body_ends_where_it_ends_in_pieces_of_any_size(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text + "HTTP/1.1 next");
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            var body = AnswerBody.Chunked();
            var taken = 0;
            foreach (var part in bytes.Chunk(piece))
            {
                taken += body.Take(part);
            }

            Assert.True(body.HasEnded, $"whole in pieces of {piece}");
            Assert.Equal(text.Length, taken);
        }
    }

    [Theory]
    [InlineData("5\r\nhell")]
    [InlineData("5\r\nhello\r\n")]
    [InlineData("5\r\nhello\r\n0\r\n")]
    public void A_chunked_body_cut_off_has_not_ended(string text)
    {
        var body = AnswerBody.Chunked();

        Assert.Equal(text.Length, body.Take(Encoding.ASCII.GetBytes(text)));
        Assert.False(body.HasEnded || body.IsInvalid || body.EndsWithConnection);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("\r\n")]
    [InlineData("5\r\nhello!\r\n")]
    [InlineData("fffffffff\r\n")]
    public void What_is_no_chunk_is_invalid(string text)
    {
        var body = AnswerBody.Chunked();
        body.Take(Encoding.ASCII.GetBytes(text));

        Assert.True(body.IsInvalid);
    }

    [Fact]
    public void A_sized_body_takes_its_size_and_no_more()
    {
        var body = AnswerBody.OfLength(5);

        Assert.Equal(3, body.Take("hel"u8));
        Assert.False(body.HasEnded);
        Assert.Equal(2, body.Take("lo next"u8));
        Assert.True(body.HasEnded);
        Assert.True(AnswerBody.OfLength(0).HasEnded);
    }

    [Fact]
    public void A_body_of_no_length_takes_all_until_the_connection_ends()
    {
        var body = AnswerBody.ToEndOfConnection();

        Assert.Equal(5, body.Take("hello"u8));
        Assert.True(body.EndsWithConnection);
        Assert.False(body.HasEnded);
    }
}
