using Snaptree.Cli.Edge;
using Snaptree.Cli.Text;
using Snaptree.Model;

namespace Snaptree.Cli.Tests.Edge;

public sealed class EdgeTests
{
    [Theory]
    [InlineData(ErrorCode.Internal, 1)]
    [InlineData(ErrorCode.NoSupport, 4)]
    [InlineData(ErrorCode.NoConnection, 1)]
    [InlineData(ErrorCode.InvalidArgument, 2)]
    [InlineData(ErrorCode.OperationFailed, 1)]
    [InlineData(ErrorCode.Xml, 2)]
    [InlineData(ErrorCode.XmlDetail, 2)]
    [InlineData(ErrorCode.System, 1)]
    [InlineData(ErrorCode.NoDomain, 3)]
    [InlineData(ErrorCode.OperationInvalid, 4)]
    [InlineData(ErrorCode.ConfigUnsupported, 4)]
    [InlineData(ErrorCode.OperationTimeout, 5)]
    [InlineData(ErrorCode.NoSnapshot, 3)]
    [InlineData(ErrorCode.RevertRisky, 4)]
    [InlineData(ErrorCode.OperationAborted, 130)]
    [InlineData(ErrorCode.OperationUnsupported, 4)]
    [InlineData(ErrorCode.OperationDenied, 4)]
    [InlineData(ErrorCode.Overflow, 2)]
    [InlineData(ErrorCode.InvalidSnapshot, 2)]
    [InlineData(ErrorCode.ArgumentUnsupported, 4)]
    [InlineData(ErrorCode.BlockCopyActive, 4)]
    [InlineData(ErrorCode.AgentUnresponsive, 5)]
    [InlineData(ErrorCode.AccessDenied, 1)]
    [InlineData(ErrorCode.XmlInvalidSchema, 2)]
    public void Every_code_has_its_documented_exit_code(ErrorCode code, int expected) => Assert.Equal(expected, ExitCodes.Of(code));

    [Fact]
    public void No_code_is_missing_from_the_table_above()
    {
        var tested = typeof(EdgeTests).GetMethod(nameof(Every_code_has_its_documented_exit_code))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Length;
        Assert.Equal(Enum.GetValues<ErrorCode>().Length, tested);
    }

    [Fact]
    public void An_operation_left_open_has_its_own_exit_code_whatever_the_cause() =>
        Assert.Equal(6, ExitCodes.Of(new SnapshotException(ErrorCode.OperationTimeout, "m", "r") { IsUnfinished = true }));

    [Fact]
    public void An_error_tells_what_happened_what_the_other_program_said_and_what_to_do()
    {
        var error = new SnapshotException(ErrorCode.OperationFailed, "the overlay could not be made", "Make room and try again.")
        {
            Foreign = new ForeignError("qemu-img", "exit code 1", "qemu-img: \e[31mNo space\nleft on device\n"),
        };
        Assert.Equal(
            """
            error: the overlay could not be made
              qemu-img said (exit code 1):
                qemu-img: �[31mNo space
                left on device
            Make room and try again.
            """,
            Samples.Text(ErrorReport.Lines(error, Style.Plain)));
    }

    [Fact]
    public void An_error_as_json_has_the_documented_shape()
    {
        using var output = new StringWriter();
        var error = new SnapshotException(ErrorCode.NoDomain, "there is no domain 'x'", "List them.") { Domain = "x" };
        ErrorReport.Write(new Terminal(TextReader.Null, TextWriter.Null, output), error, asJson: true);
        Assert.Equal(
            """
            {
              "error": {
                "exitCode": 3,
                "code": 42,
                "name": "noDomain",
                "message": "there is no domain 'x'",
                "remedy": "List them.",
                "domain": "x",
                "disk": null,
                "details": null,
                "foreign": null
              }
            }

            """,
            output.ToString());
    }

    [Fact]
    public void The_first_interrupt_asks_and_the_second_ends()
    {
        var said = new List<string>();
        var ended = new List<int>();
        using var interrupts = new Interrupts(said.Add, ended.Add);
        Assert.False(interrupts.Token.IsCancellationRequested);
        interrupts.Ask();
        Assert.True(interrupts.Token.IsCancellationRequested);
        Assert.Empty(ended);
        interrupts.Ask();
        Assert.Equal([130], ended);
        Assert.Equal(2, said.Count);
    }
}
