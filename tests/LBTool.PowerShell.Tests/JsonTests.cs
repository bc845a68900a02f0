using System.Collections;
using System.Management.Automation;

namespace LBTool.PowerShell.Tests;

public class JsonTests
{
    [Fact]
    public void A_document_reads_by_names_and_what_is_absent_reads_as_null()
    {
        var json = Json.Parse("""{"name":"b1","share":0.25,"big":18446744073709551615,"count":7,"drain":null,"list":[1,"two",{"x":3}],"a b":"odd name","flag":true}""");

        Assert.Equal("b1", json.Text("name"));
        Assert.Equal(0.25, json.Number("share"));
        Assert.Equal(7, json.Count("count"));
        Assert.Equal("18446744073709551615", json["big"].Text());
        Assert.True(json["drain"].IsNull);
        Assert.Equal(["1", "two", null], json["list"].Items.Select(item => item.IsNull ? null : item["x"].IsNull ? item.Text() : null));
        Assert.Equal("odd name", json.Text("a b"));
        Assert.True(json["nope"]["deeper"].IsNull);
        Assert.Equal("", json.Text("nope"));
        Assert.Null(json.Number("name"));
        Assert.Empty(json["name"].Items);
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("  leading and trailing  ")]
    [InlineData("line\nbreak\t\"quoted\" \\ and < & >")]
    [InlineData("Grüße, 世界, 💥")]
    [InlineData("")]
    public void A_text_survives_writing_and_reading(string text) =>
        Assert.Equal(text, Json.Parse(Json.Write(new Dictionary<string, object> { ["text"] = text }))["text"].Text());

    [Fact]
    public void A_table_of_a_script_is_written_as_an_object_with_everything_in_it()
    {
        var table = new Hashtable
        {
            ["percent"] = "10%",
            ["status"] = PSObject.AsPSObject(503),
            ["on"] = true,
            ["none"] = null,
            ["x-odd header"] = 1.5,
            ["list"] = new object[] { 1, "two", Custom("deep", 2L) },
        };

        var json = Json.Parse(Json.Write(table));

        Assert.Equal(("10%", 503, 1.5), (json.Text("percent"), json.Count("status"), json.Number("x-odd header")));
        Assert.Equal(("true", true), (json.Text("on"), json["none"].IsNull));
        Assert.Equal(2, json["list"].Items.Last().Count("deep"));
    }

    private static PSObject Custom(string name, object value)
    {
        var custom = new PSObject();
        custom.Properties.Add(new PSNoteProperty(name, value));
        return custom;
    }

    [Fact]
    public void An_object_for_scripts_has_its_members_in_order()
    {
        var value = (PSObject)Json.Parse("""{"type":"latency","latency":200,"on":false,"list":["a"]}""").ToObject()!;

        Assert.Equal(["type", "latency", "on", "list"], value.Properties.Select(property => property.Name));
        Assert.Equal(["latency", 200.0, false], value.Properties.Take(3).Select(property => property.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("<html>")]
    public void What_is_not_JSON_is_refused(string text) => Assert.Throws<FormatException>(() => Json.Parse(text));
}
