using System.Text;
using LBTool.Core.Balancing;

namespace LBTool.Core.Tests.Balancing;

public class KeyHashTests
{
    // XXH3, 64 bits, seed 0, of nothing: the value of its specification. Keys must not move with a new version.
    [Fact]
    public void It_is_xxh3() => Assert.Equal(0x2D06800538D394C2UL, KeyHash.Of(ReadOnlySpan<byte>.Empty));

    [Fact]
    public void A_text_hashes_as_its_bytes() => Assert.Equal(KeyHash.Of("müller"u8), KeyHash.Of("müller"));

    [Fact]
    public void Keys_of_64_KB_differ_by_a_single_character()
    {
        var key = new string('k', 65_536);
        Assert.Equal(KeyHash.Of(key), KeyHash.Of(new StringBuilder(key).ToString()));
        Assert.NotEqual(KeyHash.Of(key), KeyHash.Of("x" + key[1..]));
        Assert.NotEqual(KeyHash.Of(key), KeyHash.Of(key[..^1] + "x"));
        Assert.NotEqual(KeyHash.Of(key), KeyHash.Of(key + "k"));
    }

    [Theory]
    [InlineData("client", KeyPart.Client, null)]
    [InlineData("path", KeyPart.Path, null)]
    [InlineData("header:X-User", KeyPart.Header, "X-User")]
    [InlineData("cookie:sid", KeyPart.Cookie, "sid")]
    [InlineData("query:user_id", KeyPart.Query, "user_id")]
    public void A_source_is_read_as_it_is_written(string text, KeyPart part, string? name)
    {
        Assert.True(KeySource.TryParse(text, out var source));
        Assert.Equal(new KeySource(part, name), source);
        Assert.Equal(text, source.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("ip")]
    [InlineData("header")]
    [InlineData("header:")]
    [InlineData("header:a b")]
    [InlineData("path:x")]
    [InlineData("client:1")]
    public void Anything_else_is_not(string text) => Assert.False(KeySource.TryParse(text, out _));
}
