using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Tests.Scenarios;

public class FlowYamlTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("200ms")]
    [InlineData("/items/*")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("with: colon, {braces} [brackets] and \"quotes\" 'too' \\ # hash")]
    [InlineData("two\r\nlines\tand a tab")]
    [InlineData("é😀\u0007\u2028\u0085\ufeff")]
    [InlineData("- dash")]
    [InlineData("*star &amp !tag %percent @at `tick")]
    [InlineData(" spaces ")]
    [InlineData("true")]
    public void Any_text_is_read_as_it_was_written(string text)
    {
        var (key, value) = RoundTrip(new MapNode(default, "root", [new Entry(Text(text.Length == 0 ? "k" : text), Text(text))]));

        Assert.Equal(text.Length == 0 ? "k" : text, key);
        Assert.Equal(text, value);
    }

    [Fact]
    public void Maps_and_lists_are_written_on_one_line() => Assert.Equal(
        "{ a: [b, {}, []], c: null }",
        FlowYaml.Write(new MapNode(default, "root",
        [
            new Entry(Text("a"), new ListNode(default, "a", [Text("b"), new MapNode(default, "", []), new ListNode(default, "", [])])),
            new Entry(Text("c"), new TextNode(default, "c", "")),
        ])));

    private static (string Key, string Value) RoundTrip(MapNode map)
    {
        var problems = new Problems("test");
        var read = (MapNode)YamlTree.Read(FlowYaml.Write(map), "root", problems)!;
        Assert.False(problems.Any);
        var entry = Assert.Single(read.Entries);
        return (entry.Key.Text, ((TextNode)entry.Value).Text);
    }

    private static TextNode Text(string text) => new(default, "", text, Quoted: true);
}
