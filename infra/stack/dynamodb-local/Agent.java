/** The Java agent LocalStack starts DynamoDB Local with, doing nothing. */
public class Agent {
    public static void premain(String options) {}
}
