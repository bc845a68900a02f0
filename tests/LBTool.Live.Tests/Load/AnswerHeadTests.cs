using System.Text;
using LBTool.Live.Load;

namespace LBTool.Live.Tests.Load;

public class AnswerHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-LB-Backend:  b1 \r\n\r\n", 200, "b1", true)]
    [InlineData("HTTP/1.1 503\r\nconnection: Close\r\ncontent-length: 0\r\n\r\n", 503, "", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", 200, "", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n", 200, "", true)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 200, "", false)] // the connection's end ends the body
    [InlineData("HTTP/1.1 204 None\r\n\r\n", 204, "", true)]
    [InlineData("HTTP/1.1 200 OK\r\nx-lb-backendage: 3\r\nContent-Length: 5\r\n\r\n", 200, "", true)]
    public void A_head_says_status_backend_and_whether_the_connection_lives(string text, int status, string backend, bool keepsAlive)
    {
        Assert.True(AnswerHead.TryParse(Encoding.ASCII.GetBytes(text), out var head));

        Assert.Equal((status, backend, keepsAlive), (head.Status, head.Backend, head.KeepsAlive));
    }

    [Theory]
    [InlineData("gopher\r\n\r\n")]
    [InlineData("HTTP/1.1 \r\n\r\n")]
    [InlineData("HTTP/1.1 2 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 020 OK\r\n\r\n")]
    [InlineData("SMTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")]
    public void What_is_no_head_is_refused(string text) =>
        Assert.False(AnswerHead.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData("", 0)]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n", 0)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 19)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nbody\r\n\r\n", 19)]
    public void A_head_ends_with_its_blank_line(string text, int size) =>
        Assert.Equal(size, AnswerHead.FindEnd(Encoding.ASCII.GetBytes(text)));
}
