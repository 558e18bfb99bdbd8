namespace Snaptree.TestKit.Tests;

public sealed class TickLogTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ticks-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_torn_last_line_is_no_tick_yet()
    {
        var log = Write("a", "tick 9\r\n[kernel] words\r\ntick 10\r\ntick 1");
        Assert.Equal([9, 10], log.Read());
        Assert.Equal(10, log.Last());
    }

    [Fact]
    public void A_line_torn_by_a_stop_is_whole_across_two_logs() =>
        Assert.Equal([9, 10, 11, 12], TickLog.ReadAcross(Write("a", "tick 9\r\ntick 10\r\ntick 1"), Write("b", "1\r\ntick 12\r\n")));

    [Fact]
    public void Before_the_first_tick_the_last_is_zero() => Assert.Equal(0, new TickLog($"{folder.FullName}/absent").Last());

    [Fact(Timeout = 30_000)]
    public async Task Waiting_for_a_tick_that_does_not_come_ends_with_the_last_one()
    {
        var log = Write("a", "tick 4\n");
        Assert.Equal(4, await log.WaitForTickAfterAsync(3, Short, TestContext.Current.CancellationToken));
        var error = await Assert.ThrowsAsync<TimeoutException>(() => log.WaitForTickAfterAsync(4, Short, TestContext.Current.CancellationToken));
        Assert.Contains("the last is 4", error.Message);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("tick 98\ntick 99\ntick 40\ntick 41\n", 40)]
    [InlineData("tick 98\ntick 99\ntick 18\ntick 40\ntick 41\n", 40)]
    [InlineData("tick 98\ntick 99\ntick 1008\ntick 40\ntick 41\n", 40)]
    public async Task The_first_tick_after_a_return_is_not_the_one_made_of_two_torn_halves(string text, long expected) =>
        Assert.Equal(expected, await Write("a", text).FirstAfterReturnAsync(0, TestContext.Current.CancellationToken));

    private TickLog Write(string name, string text)
    {
        var path = $"{folder.FullName}/{name}";
        File.WriteAllText(path, text);
        return new TickLog(path);
    }
}
